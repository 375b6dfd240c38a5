import type { CustomerDay } from './customer-days.ts';
import { greatest, groupBy, lowerMedian, smallest } from './lists.ts';
import { divided, type Money, moneyText, sumOf } from './money.ts';
import type { Order } from './orders.ts';
import { MONTH } from './periods.ts';
import type { Row } from './row.ts';
import { dateOf, daysBetween, monthOf, startOf, timeTextOrNull } from './times.ts';

interface Lake {
  readonly days: readonly CustomerDay[];
  readonly orders: readonly Order[];
  readonly horizon: string | null;
  readonly watermarkUs: number | null;
}

/** A customer who has ordered: the month of the first order, and all days. */
interface Buyer {
  readonly cohort: string;
  readonly days: readonly CustomerDay[];
}

function buyersOf(days: readonly CustomerDay[]): readonly Buyer[] {
  return [...groupBy(days, ({ customerId }) => customerId).values()].flatMap((own) => {
    const [first] = own
      .filter(({ orders }) => orders > 0)
      .map(({ date }) => date)
      .sort();
    return first === undefined ? [] : [{ cohort: monthOf(first), days: own }];
  });
}

/** Rows of cohort_ltv: every member stays in the denominator, each month counts what happened in it. */
export function cohortLtvRows({ days, horizon, watermarkUs }: Lake): readonly Row[] {
  return [...groupBy(buyersOf(days), ({ cohort }) => cohort)].flatMap(([cohort, members]) => {
    const last = MONTH.between(cohort, monthOf(horizon ?? cohort));
    let cumulative = 0n;
    return Array.from({ length: last + 1 }, (_, age) => {
      const month = MONTH.add(cohort, age);
      const ofMonth = members.map((member) => member.days.filter(({ date }) => monthOf(date) === month));
      const net = sumOf(ofMonth.flat().map((day) => day.net));
      cumulative += net;
      return {
        cohort_month: cohort,
        age_month: age,
        cohort_size: members.length,
        active_customers: ofMonth.filter((own) => own.some(({ orders }) => orders > 0)).length,
        orders: ofMonth.flat().reduce((sum, { orders }) => sum + orders, 0),
        net: moneyText(net),
        cumulative_net: moneyText(cumulative),
        ltv: moneyText(divided(cumulative, members.length)),
        is_final: watermarkUs !== null && startOf(MONTH.add(month, 1)) <= watermarkUs,
      };
    });
  });
}

/** Rows of unallocated_net: refunds that belong to no cohort; one in another currency takes nothing back, and makes no row. */
export function unallocatedRows({ days }: Pick<Lake, 'days'>): readonly Row[] {
  const buyers = new Map(buyersOf(days).map((buyer) => [buyer.days[0]?.customerId, buyer.cohort]));
  const loose = days.flatMap((day) => {
    const cohort = buyers.get(day.customerId);
    const month = monthOf(day.date);
    if (day.refunds === 0n || (cohort !== undefined && month >= cohort)) return [];
    return [{ month, reason: cohort === undefined ? 'no_order' : 'before_first_order', net: day.net }];
  });
  return [...groupBy(loose, ({ month, reason }) => `${month} ${reason}`).values()].flatMap((group) =>
    group.slice(0, 1).map(({ month, reason }) => ({
      month,
      reason,
      net: moneyText(sumOf(group.map(({ net }) => net))),
    })),
  );
}

/** Rows of customer_ltv: everyone who ever ordered, so far. */
export function customerLtvRows({ days, orders }: Pick<Lake, 'days' | 'orders'>): readonly Row[] {
  return buyersOf(days).map(({ cohort, days: own }) => {
    const customerId = own[0]?.customerId ?? '';
    const times = orders
      .filter((order) => order.customerId === customerId)
      .map(({ orderedAtUs }) => orderedAtUs);
    const total = (read: (day: CustomerDay) => Money): string => moneyText(sumOf(own.map(read)));
    return {
      customer_id: customerId,
      cohort_month: cohort,
      first_order_at: timeTextOrNull(smallest(times)),
      last_order_at: timeTextOrNull(greatest(times)),
      orders: times.length,
      gross: total(({ gross }) => gross),
      discount: total(({ discount }) => discount),
      refunds: total(({ refunds }) => refunds),
      net: total(({ net }) => net),
      median_gap_days: medianGapDays(times),
    };
  });
}

/** Days between the dates of an order and the next one. */
function medianGapDays(timesUs: readonly number[]): number | null {
  const dates = timesUs.map(dateOf).sort();
  const gaps = dates.slice(1).map((date, index) => daysBetween(dates[index] ?? date, date));
  return lowerMedian(gaps);
}
