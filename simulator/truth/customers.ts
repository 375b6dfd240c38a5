import { type Activity, firstKnown } from './identity.ts';
import type { StagedEvent } from './intake.ts';
import type { Order } from './orders.ts';
import { groupBy, type Row, timestampText } from './row.ts';
import type { StoreHistory, StoreUser } from './store.ts';
import { latest } from './store.ts';
import { accountCountry, accountCreatedUs, type HashEmail } from './store-rows.ts';

export interface CustomerInputs {
  readonly activity: Activity;
  readonly orders: readonly Order[];
  readonly store: StoreHistory;
  readonly hashEmail: HashEmail;
}

interface Customer {
  readonly customerId: string;
  /** By (event_time, event_id). */
  readonly events: readonly StagedEvent[];
  readonly orders: readonly Order[];
  readonly user: StoreUser | null;
}

/** Everybody: of an event, of an order, or an account of the store API. */
export function customersOf({ activity, orders, store }: CustomerInputs): Customer[] {
  const events = groupBy(activity.events, activity.customerOf);
  const ordersOf = groupBy(orders, ({ customerId }) => customerId);
  const users = new Map<string, StoreUser>();
  for (const [id, history] of store.users) {
    const version = latest(history);
    if (version !== undefined) users.set(`u:fakestore-${id}`, version.entity);
  }
  const ids = new Set([...events.keys(), ...ordersOf.keys(), ...users.keys()]);
  return [...ids].map((customerId) => ({
    customerId,
    events: events.get(customerId) ?? [],
    orders: ordersOf.get(customerId) ?? [],
    user: users.get(customerId) ?? null,
  }));
}

/** When each customer was first seen, by an event or an order; null: never. */
export function firstSeenOf(customers: readonly Customer[]): ReadonlyMap<string, number | null> {
  return new Map(
    customers.map(({ customerId, events, orders }) => [
      customerId,
      earliest([
        ...events.map(({ event }) => event.eventTimeUs),
        ...orders.map(({ orderedAtUs }) => orderedAtUs),
      ]),
    ]),
  );
}

/** dim_customer. */
export function customerRows(customers: readonly Customer[], { store, hashEmail }: CustomerInputs): Row[] {
  const firstSeen = firstSeenOf(customers);
  return customers.map(({ customerId, events, orders, user }) => {
    const signUps = events.filter(({ event }) => event.eventType === 'sign_up');
    const createdUs = user === null ? null : accountCreatedUs(user.id, store);
    return {
      customer_id: customerId,
      first_seen_at: timestampText(firstSeen.get(customerId) ?? null),
      first_order_at: timestampText(earliest(orders.map(({ orderedAtUs }) => orderedAtUs))),
      sign_up_at: timestampText(signUps[0]?.event.eventTimeUs ?? createdUs),
      country: firstKnown([...events].reverse(), ({ country }) => country) ?? countryOf(user),
      first_channel: firstKnown(events, ({ channel }) => channel),
      first_campaign_id: firstKnown(events, ({ campaignId }) => campaignId),
      devices: new Set(events.map(({ event }) => event.anonymousId)).size,
      email_hash: user === null ? null : hashEmail(user.email.trim().toLowerCase()),
      is_synthetic: user !== null,
    };
  });
}

function countryOf(user: StoreUser | null): string | null {
  return user === null ? null : accountCountry(user.id);
}

function earliest(timesUs: readonly number[]): number | null {
  let first: number | null = null;
  for (const timeUs of timesUs) if (first === null || timeUs < first) first = timeUs;
  return first;
}
