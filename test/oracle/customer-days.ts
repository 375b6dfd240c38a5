import type { Identity } from './identity.ts';
import { type Money, moneyText, sumOf } from './money.ts';
import type { Order } from './orders.ts';
import type { Refund } from './refunds.ts';
import type { Row } from './row.ts';
import type { Session } from './sessions.ts';
import type { ShopEvent } from './shop-event.ts';

export interface CustomerDay {
  readonly customerId: string;
  readonly date: string;
  readonly events: number;
  readonly sessions: number;
  readonly orders: number;
  readonly gross: Money;
  readonly discount: Money;
  readonly refunds: Money;
  readonly net: Money;
}

interface DayParts {
  readonly events: readonly ShopEvent[];
  readonly identity: Identity;
  readonly sessions: readonly Session[];
  readonly orders: readonly Order[];
  readonly refunds: readonly Refund[];
}

/** A day per customer and date with any event, visit that began, order or refund. */
export function customerDays({
  events,
  identity,
  sessions,
  orders,
  refunds,
}: DayParts): readonly CustomerDay[] {
  const named = events.map((event) => ({ customerId: identity.customerOf(event), date: event.date }));
  const keys = new Map(
    [...named, ...sessions, ...orders, ...refunds].map(({ customerId, date }) => [
      `${customerId} ${date}`,
      { customerId, date },
    ]),
  );
  return [...keys.values()].map(({ customerId, date }) => {
    const isOwn = (other: { readonly customerId: string; readonly date: string }): boolean =>
      other.customerId === customerId && other.date === date;
    const own = orders.filter(isOwn);
    const gross = sumOf(own.map((order) => order.gross));
    const discount = sumOf(own.map((order) => order.discount));
    const refunded = sumOf(refunds.filter(isOwn).map(({ amount }) => amount));
    return {
      customerId,
      date,
      events: named.filter(isOwn).length,
      sessions: sessions.filter(isOwn).length,
      orders: own.length,
      gross,
      discount,
      refunds: refunded,
      net: gross - discount - refunded,
    };
  });
}

/** Rows of customer_days. */
export function customerDayRows(days: readonly CustomerDay[]): readonly Row[] {
  return days.map((day) => ({
    customer_id: day.customerId,
    activity_date: day.date,
    events: day.events,
    sessions: day.sessions,
    orders: day.orders,
    gross: moneyText(day.gross),
    discount: moneyText(day.discount),
    refunds: moneyText(day.refunds),
    net: moneyText(day.net),
    was_active: day.events > 0,
    was_buyer: day.orders > 0,
  }));
}
