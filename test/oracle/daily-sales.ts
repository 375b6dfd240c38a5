import { greatest, groupBy } from './lists.ts';
import { divided, moneyText, moneyTextOrNull, sumOf } from './money.ts';
import { type Order, unitsOf } from './orders.ts';
import type { Refund } from './refunds.ts';
import type { Row } from './row.ts';
import { DAY_US, datesFrom, startOf, timeTextOrNull } from './times.ts';

interface Lake {
  readonly orders: readonly Order[];
  readonly refunds: readonly Refund[];
  readonly watermarkUs: number | null;
}

type Sale = Pick<Refund, 'source' | 'channel' | 'country' | 'date'>;

/** Rows of daily_sales: per group every date from its first sale or refund to the lake's newest one. */
export function dailySalesRows({ orders, refunds, watermarkUs }: Lake): readonly Row[] {
  const sales: readonly Sale[] = [...orders, ...refunds];
  const newest =
    sales
      .map(({ date }) => date)
      .sort()
      .at(-1) ?? '';
  return [...groupBy(sales, groupOf)].flatMap(([group, own]) => {
    const first = own.map(({ date }) => date).sort()[0] ?? newest;
    const [sale] = own;
    let previousNet: bigint | null = null;
    return datesFrom(first, newest).map((date) => {
      const isOwn = (other: Sale): boolean => groupOf(other) === group && other.date === date;
      const sold = orders.filter(isOwn);
      const back = refunds.filter(isOwn);
      const gross = sumOf(sold.map((order) => order.gross));
      const discount = sumOf(sold.map((order) => order.discount));
      const refunded = sumOf(back.map(({ amount }) => amount));
      const net = gross - discount - refunded;
      const row = {
        sale_date: date,
        order_source: sale?.source ?? null,
        channel: sale?.channel ?? null,
        country: sale?.country ?? null,
        orders: sold.length,
        units: sold.reduce((sum, order) => sum + unitsOf(order), 0),
        gross: moneyText(gross),
        discount: moneyText(discount),
        refunds: moneyText(refunded),
        net: moneyText(net),
        average_order: moneyTextOrNull(sold.length === 0 ? null : divided(gross, sold.length)),
        previous_day_net: moneyTextOrNull(previousNet),
        is_final: watermarkUs !== null && startOf(date) + DAY_US <= watermarkUs,
        updated_at: timeTextOrNull(
          greatest([...sold.map(({ arrivalUs }) => arrivalUs), ...back.map(({ event }) => event.arrivalUs)]),
        ),
      };
      previousNet = net;
      return row;
    });
  });
}

function groupOf({ source, channel, country }: Sale): string {
  return [source, channel, country].join('\n');
}
