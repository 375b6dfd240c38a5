import { dateOf, monthStart, startOf, US_PER_DAY } from './calendar.ts';
import { grossOf, type Order, type Refund } from './orders.ts';
import { groupBy, moneyText, type Row, sum, timestampText } from './row.ts';

/** customer_ltv: one row for each customer who ever ordered, with all that the customer paid and got back. */
export function customerValueRows(orders: readonly Order[], refunds: readonly Refund[]): Row[] {
  const refundsOf = groupBy(refunds, ({ customerId }) => customerId);
  return [...groupBy(orders, ({ customerId }) => customerId)].map(([customerId, own]) => {
    const timesUs = own.map(({ orderedAtUs }) => orderedAtUs).sort((left, right) => left - right);
    const firstUs = timesUs[0] ?? 0;
    const gross = sum(own.map(grossOf));
    const discount = sum(own.filter(({ isReported }) => isReported).map(({ discountE4 }) => discountE4));
    const refunded = sum((refundsOf.get(customerId) ?? []).map(({ amountE4 }) => amountE4));
    return {
      customer_id: customerId,
      cohort_month: monthStart(dateOf(firstUs)),
      first_order_at: timestampText(firstUs),
      last_order_at: timestampText(timesUs.at(-1) ?? 0),
      orders: own.length,
      gross: moneyText(gross),
      discount: moneyText(discount),
      refunds: moneyText(refunded),
      net: moneyText(gross - discount - refunded),
      median_gap_days: medianGapDays(timesUs.map(dateOf)),
    };
  });
}

/** Of the days from each date to the next, the ceil(n/2)-th smallest; null for fewer than two dates. @param dates ascending */
function medianGapDays(dates: readonly string[]): number | null {
  const gaps: number[] = [];
  let previous: string | null = null;
  for (const date of dates) {
    if (previous !== null) gaps.push((startOf(date) - startOf(previous)) / US_PER_DAY);
    previous = date;
  }
  gaps.sort((left, right) => left - right);
  return gaps[Math.ceil(gaps.length / 2) - 1] ?? null;
}
