import { addDays, dateOf, datesFrom, startOf } from './calendar.ts';
import { grossOf, type Order, type Refund, unitsOf } from './orders.ts';
import { divideRounded, groupBy, moneyText, type Row, sum } from './row.ts';

interface Sale {
  readonly date: string;
  readonly source: string;
  readonly channel: string;
  readonly country: string;
  readonly order: Order | null;
  readonly refundE4: bigint;
}

/** Orders on their date and refunds on theirs, each in the group of the order. */
function salesOf(orders: readonly Order[], refunds: readonly Refund[]): Sale[] {
  return [
    ...orders.map((order) => ({
      date: dateOf(order.orderedAtUs),
      source: order.source,
      channel: order.channel,
      country: order.country,
      order,
      refundE4: 0n,
    })),
    ...refunds.map(({ refundedAtUs, order, amountE4 }) => ({
      date: dateOf(refundedAtUs),
      source: order?.source ?? 'web',
      channel: order?.channel ?? 'unknown',
      country: order?.country ?? 'unknown',
      order: null,
      refundE4: amountE4 ?? 0n,
    })),
  ];
}

function byDate(left: Sale, right: Sale): number {
  return left.date < right.date ? -1 : left.date > right.date ? 1 : 0;
}

/** daily_sales: each group on every date from its own first to the newest of all. */
export function dailySalesRows(
  orders: readonly Order[],
  refunds: readonly Refund[],
  watermarkUs: number | null,
): Row[] {
  const sales = salesOf(orders, refunds).sort(byDate);
  const newestDate = sales.at(-1)?.date ?? '';
  const groups = groupBy(sales, ({ source, channel, country }) => JSON.stringify([source, channel, country]));
  return [...groups.values()].flatMap((group) => groupRows(group, newestDate, watermarkUs));
}

function groupRows(group: readonly Sale[], newestDate: string, watermarkUs: number | null): Row[] {
  const [first] = group;
  if (first === undefined) return [];
  const salesByDate = groupBy(group, ({ date }) => date);
  let previousNet: bigint | null = null;
  return datesFrom(first.date, newestDate).map((date) => {
    const sales = salesByDate.get(date) ?? [];
    const orders = sales.flatMap(({ order }) => (order === null ? [] : [order]));
    const gross = sum(orders.map(grossOf));
    const discount = sum(orders.map((order) => (order.isReported ? order.discountE4 : 0n)));
    const refunds = sum(sales.map(({ refundE4 }) => refundE4));
    const net = gross - discount - refunds;
    const row: Row = {
      sale_date: date,
      order_source: first.source,
      channel: first.channel,
      country: first.country,
      orders: orders.length,
      units: orders.reduce((units, order) => units + unitsOf(order), 0),
      gross: moneyText(gross),
      discount: moneyText(discount),
      refunds: moneyText(refunds),
      net: moneyText(net),
      average_order: orders.length === 0 ? null : moneyText(divideRounded(gross, orders.length)),
      previous_day_net: moneyText(previousNet),
      is_final: watermarkUs !== null && startOf(addDays(date, 1)) <= watermarkUs,
    };
    previousNet = net;
    return row;
  });
}
