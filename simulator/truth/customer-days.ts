import { dateOf } from './calendar.ts';
import type { Activity } from './identity.ts';
import { grossOf, type Order, type Refund } from './orders.ts';
import { moneyText, type Row } from './row.ts';
import type { SessionFact } from './sessions.ts';

/** What one customer did on one date. Changed only while it is being summed up. */
export interface CustomerDay {
  readonly customerId: string;
  readonly date: string;
  events: number;
  sessions: number;
  orders: number;
  grossE4: bigint;
  discountE4: bigint;
  refundsE4: bigint;
}

export interface CustomerDayInputs {
  readonly activity: Activity;
  readonly sessions: readonly SessionFact[];
  readonly orders: readonly Order[];
  readonly refunds: readonly Refund[];
}

/** One day for each customer and date with an event, a session's start, an order or a refund. */
export function customerDaysOf({ activity, sessions, orders, refunds }: CustomerDayInputs): CustomerDay[] {
  const days = new Map<string, CustomerDay>();
  const dayOf = (customerId: string, timeUs: number): CustomerDay => {
    const date = dateOf(timeUs);
    const key = `${customerId} ${date}`;
    const day = days.get(key) ?? blankDay(customerId, date);
    days.set(key, day);
    return day;
  };
  for (const staged of activity.events)
    dayOf(activity.customerOf(staged), staged.event.eventTimeUs).events += 1;
  for (const { customerId, startedAtUs } of sessions) dayOf(customerId, startedAtUs).sessions += 1;
  for (const order of orders) {
    const day = dayOf(order.customerId, order.orderedAtUs);
    const gross = grossOf(order);
    day.orders += 1;
    day.grossE4 += gross ?? 0n;
    day.discountE4 += gross === null ? 0n : order.discountE4;
  }
  for (const refund of refunds)
    dayOf(refund.customerId, refund.refundedAtUs).refundsE4 += refund.amountE4 ?? 0n;
  return [...days.values()];
}

export function netOf({ grossE4, discountE4, refundsE4 }: CustomerDay): bigint {
  return grossE4 - discountE4 - refundsE4;
}

/** customer_days. */
export function customerDayRows(days: readonly CustomerDay[]): Row[] {
  return days.map((day) => ({
    customer_id: day.customerId,
    activity_date: day.date,
    events: day.events,
    sessions: day.sessions,
    orders: day.orders,
    gross: moneyText(day.grossE4),
    discount: moneyText(day.discountE4),
    refunds: moneyText(day.refundsE4),
    net: moneyText(netOf(day)),
    was_active: day.events > 0,
    was_buyer: day.orders > 0,
  }));
}

function blankDay(customerId: string, date: string): CustomerDay {
  return { customerId, date, events: 0, sessions: 0, orders: 0, grossE4: 0n, discountE4: 0n, refundsE4: 0n };
}
