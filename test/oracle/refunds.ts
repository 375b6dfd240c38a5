import { firstBy, groupBy } from './lists.ts';
import type { Money } from './money.ts';
import { moneyTextOrNull } from './money.ts';
import type { Order } from './orders.ts';
import type { Row } from './row.ts';
import { isBefore, type ShopEvent } from './shop-event.ts';
import { timeText } from './times.ts';
import { UNKNOWN } from './visits.ts';

/** The refund event that counts for a refund_id. */
export interface RefundEvent {
  readonly refundId: string;
  readonly event: ShopEvent;
  /** In the reporting currency; null when sent in another. */
  readonly amount: Money | null;
}

/** A refund with its order, if there is one. */
export interface Refund extends RefundEvent {
  readonly order: Order | null;
  readonly customerId: string;
  readonly date: string;
  readonly source: string;
  readonly channel: string;
  readonly country: string;
}

/** The first event of each refund_id by (event_time, event_id). */
export function refundEvents(events: readonly ShopEvent[], currency: string | null): readonly RefundEvent[] {
  const all = events.filter(({ type }) => type === 'refund');
  return [...groupBy(all, ({ refundId }) => String(refundId))].flatMap(([refundId, copies]) => {
    const event = firstBy(copies, isBefore);
    if (event === null) return [];
    return [{ refundId, event, amount: event.currency === currency ? event.amount : null }];
  });
}

/** Each refund stands where its order does; without one, with its own customer and `unknown`. */
export function refundsOf(
  events: readonly RefundEvent[],
  orders: readonly Order[],
  customerOf: (event: ShopEvent) => string,
): readonly Refund[] {
  return events.map((refund) => {
    const order = orders.find(({ orderId }) => orderId === refund.event.orderId) ?? null;
    return {
      ...refund,
      order,
      customerId: order?.customerId ?? customerOf(refund.event),
      date: refund.event.date,
      source: order?.source ?? 'web',
      channel: order?.channel ?? UNKNOWN,
      country: order?.country ?? UNKNOWN,
    };
  });
}

/** Rows of fct_refunds. */
export function refundRows(refunds: readonly Refund[]): readonly Row[] {
  return refunds.map(({ refundId, event, amount, customerId, date, source, channel, country }) => ({
    refund_id: refundId,
    refund_date: date,
    order_id: event.orderId,
    customer_id: customerId,
    refunded_at: timeText(event.timeUs),
    currency: event.currency,
    amount: moneyTextOrNull(amount),
    order_source: source,
    channel,
    country,
    updated_at: timeText(event.arrivalUs),
  }));
}
