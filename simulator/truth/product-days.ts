import { dateOf } from './calendar.ts';
import type { StagedEvent } from './intake.ts';
import { lineTotalOf, type Order } from './orders.ts';
import { moneyText, type Row } from './row.ts';

/** What befell one product on one date. Changed only while it is being summed up. */
interface ProductDay {
  readonly productId: string;
  readonly date: string;
  views: number;
  addToCarts: number;
  readonly orderIds: Set<string>;
  units: number;
  grossE4: bigint;
}

/** product_daily: a row for each product and date on which it was viewed, put into a cart or ordered. */
export function productDayRows(events: readonly StagedEvent[], orders: readonly Order[]): Row[] {
  const days = new Map<string, ProductDay>();
  const dayOf = (productId: string, timeUs: number): ProductDay => {
    const date = dateOf(timeUs);
    const key = JSON.stringify([productId, date]);
    const blank = { productId, date, views: 0, addToCarts: 0, orderIds: new Set<string>(), units: 0 };
    const day = days.get(key) ?? { ...blank, grossE4: 0n };
    days.set(key, day);
    return day;
  };
  for (const { event } of events) {
    const productId = event.productId ?? 'unknown';
    if (event.eventType === 'view_item') dayOf(productId, event.eventTimeUs).views += 1;
    if (event.eventType === 'add_to_cart') dayOf(productId, event.eventTimeUs).addToCarts += 1;
  }
  for (const order of orders) {
    for (const line of order.lines) {
      const day = dayOf(line.productId, order.orderedAtUs);
      day.orderIds.add(order.orderId);
      day.units += line.quantity;
      day.grossE4 += lineTotalOf(line) ?? 0n;
    }
  }
  return [...days.values()].map((day) => ({
    product_id: day.productId,
    sale_date: day.date,
    views: day.views,
    add_to_carts: day.addToCarts,
    orders: day.orderIds.size,
    units: day.units,
    gross: moneyText(day.grossE4),
  }));
}
