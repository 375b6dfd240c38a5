import type { Identity } from './identity.ts';
import type { OracleInput, StoreAnswer } from './input.ts';
import { smallest } from './lists.ts';
import type { Order } from './orders.ts';
import type { Row } from './row.ts';
import { firstKnown, lastKnown, type ShopEvent } from './shop-event.ts';
import { latestOf, type Version, versionsOf } from './store-versions.ts';
import { addDays, DAY_US, parseTime, startOf, timeTextOrNull } from './times.ts';

type StoreUser = Version<StoreAnswer['users'][number]>;

/** What the enrichment gives a user of the store, by the last digit of the id. */
const COUNTRIES = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'CA', 'BR', 'MX', 'AU'];

export interface Customer {
  readonly id: string;
  /** By (event_time, event_id) it does not matter here. */
  readonly events: readonly ShopEvent[];
  readonly orders: readonly Order[];
  readonly user: StoreUser | null;
  readonly firstSeenUs: number | null;
}

interface CustomerParts {
  readonly input: OracleInput;
  readonly events: readonly ShopEvent[];
  readonly identity: Identity;
  readonly orders: readonly Order[];
}

/** Whoever has an event, an order or an account at the store. */
export function customersOf({ input, events, identity, orders }: CustomerParts): readonly Customer[] {
  const users = latestOf(versionsOf(input.snapshots, (answer) => answer.users));
  const ids = new Set([
    ...events.map((event) => identity.customerOf(event)),
    ...orders.map(({ customerId }) => customerId),
    ...users.map(({ id }) => `u:fakestore-${id}`),
  ]);
  return [...ids].map((id) => {
    const ownEvents = events.filter((event) => identity.customerOf(event) === id);
    const ownOrders = orders.filter(({ customerId }) => customerId === id);
    return {
      id,
      events: ownEvents,
      orders: ownOrders,
      user: users.find((user) => `u:fakestore-${user.id}` === id) ?? null,
      firstSeenUs: smallest([
        ...ownEvents.map(({ timeUs }) => timeUs),
        ...ownOrders.map(({ orderedAtUs }) => orderedAtUs),
      ]),
    };
  });
}

/** Rows of dim_customer. */
export function customerRows(
  customers: readonly Customer[],
  { snapshots }: Pick<OracleInput, 'snapshots'>,
): readonly Row[] {
  return customers.map(({ id, events, orders, user, firstSeenUs }) => {
    const signUpUs = smallest(events.filter(({ type }) => type === 'sign_up').map(({ timeUs }) => timeUs));
    const createdUs = user === null ? null : createdAtUs(user.id, snapshots);
    const country = lastKnown(events, (event) => event.country);
    return {
      customer_id: id,
      first_seen_at: timeTextOrNull(firstSeenUs),
      first_order_at: timeTextOrNull(smallest(orders.map(({ orderedAtUs }) => orderedAtUs))),
      sign_up_at: timeTextOrNull(signUpUs ?? createdUs),
      country: country ?? (user === null ? null : (COUNTRIES[user.id % 10] ?? null)),
      first_channel: firstKnown(events, ({ channel }) => channel),
      first_campaign_id: firstKnown(events, ({ campaignId }) => campaignId),
      devices: new Set(events.map(({ anonymousId }) => anonymousId)).size,
      email_hash: user?.entity.emailHash ?? null,
      is_synthetic: user !== null,
    };
  });
}

/** Enriched: some days before the user's first cart of any version, or before 2020 without one. */
function createdAtUs(userId: number, snapshots: OracleInput['snapshots']): number {
  const dates = snapshots
    .flatMap(({ carts }) => carts)
    .filter((cart) => cart.userId === userId)
    .map(({ date }) => parseTime(date));
  const fromUs = smallest(dates) ?? startOf('2020-01-01');
  return fromUs - (((userId * 37) % 90) + 1) * DAY_US;
}

/** The date on which a customer was first seen, or null. */
export function firstSeenDate({ firstSeenUs }: Customer): string | null {
  return firstSeenUs === null ? null : addDays('1970-01-01', Math.floor(firstSeenUs / DAY_US));
}
