import { groupBy } from './lists.ts';
import { moneyText, sumOf } from './money.ts';
import { type Order, totalOf } from './orders.ts';
import type { Row } from './row.ts';
import type { ShopEvent } from './shop-event.ts';
import { UNKNOWN } from './visits.ts';

/** Rows of product_daily: each product and date with a view, an addition to a cart or an order. */
export function productDailyRows(events: readonly ShopEvent[], orders: readonly Order[]): readonly Row[] {
  const touches = events
    .filter(({ type }) => type === 'view_item' || type === 'add_to_cart')
    .map(({ type, productId, date }) => ({ kind: type, productId: productId ?? UNKNOWN, date }));
  const lines = orders.flatMap((order) =>
    order.lines.map((line) => ({
      kind: 'line',
      productId: line.productId,
      date: order.date,
      orderId: order.orderId,
      line,
    })),
  );
  const groups = groupBy([...touches, ...lines], ({ productId, date }) => `${productId}\n${date}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sold = lines.filter(({ productId, date }) => productId === first.productId && date === first.date);
    return [
      {
        product_id: first.productId,
        sale_date: first.date,
        views: group.filter(({ kind }) => kind === 'view_item').length,
        add_to_carts: group.filter(({ kind }) => kind === 'add_to_cart').length,
        orders: new Set(sold.map(({ orderId }) => orderId)).size,
        units: sold.reduce((sum, { line }) => sum + line.quantity, 0),
        gross: moneyText(sumOf(sold.map(({ line }) => totalOf(line)))),
      },
    ];
  });
}
