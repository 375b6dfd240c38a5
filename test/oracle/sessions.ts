import type { Identity } from './identity.ts';
import { greatest, smallest } from './lists.ts';
import { moneyText, sumOf } from './money.ts';
import type { Order } from './orders.ts';
import type { Row } from './row.ts';
import { firstKnown, lastKnown, type ShopEvent } from './shop-event.ts';
import { dateOf, timeText, timeTextOrNull } from './times.ts';
import { UNKNOWN, type Visits, visitId } from './visits.ts';

export interface Session {
  readonly id: string;
  readonly events: readonly ShopEvent[];
  readonly customerId: string;
  readonly startedUs: number;
  readonly endedUs: number;
  readonly date: string;
}

/** A visit belongs to the last user in it, else to its device's customer; its date is that of its first event. */
export function sessionsOf(visits: Visits, identity: Identity): readonly Session[] {
  return [...visits.byId].map(([id, events]) => {
    const userId = lastKnown(events, (event) => event.userId);
    const startedUs = smallest(events.map(({ timeUs }) => timeUs)) ?? 0;
    return {
      id,
      events,
      customerId: userId === null ? identity.customerOfDevice(events[0]?.anonymousId ?? null) : `u:${userId}`,
      startedUs,
      endedUs: greatest(events.map(({ timeUs }) => timeUs)) ?? 0,
      date: dateOf(startedUs),
    };
  });
}

/** Any of these, and the visit did not bounce. */
const ENGAGED = ['add_to_cart', 'remove_from_cart', 'begin_checkout', 'purchase', 'sign_up'];

/** Rows of fct_sessions. */
export function sessionRows(sessions: readonly Session[], orders: readonly Order[]): readonly Row[] {
  return sessions.map(({ id, events, customerId, startedUs, endedUs, date }) => {
    const countOf = (type: string): number => events.filter((event) => event.type === type).length;
    const own = orders.filter(({ event }) => event !== null && visitId(event) === id);
    return {
      anonymous_id: events[0]?.anonymousId ?? null,
      session_id: events[0]?.sessionId ?? null,
      session_date: date,
      customer_id: customerId,
      started_at: timeText(startedUs),
      ended_at: timeText(endedUs),
      events: events.length,
      page_views: countOf('page_view'),
      duration_s: (endedUs - startedUs) / 1_000_000,
      channel: firstKnown(events, ({ channel }) => channel) ?? UNKNOWN,
      campaign_id: firstKnown(events, ({ campaignId }) => campaignId),
      device: firstKnown(events, ({ device }) => device) ?? UNKNOWN,
      country: firstKnown(events, ({ country }) => country) ?? UNKNOWN,
      landing_page: firstKnown(events, ({ pagePath }) => pagePath),
      is_bounce: countOf('page_view') <= 1 && ENGAGED.every((type) => countOf(type) === 0),
      has_view_item: countOf('view_item') > 0,
      has_add_to_cart: countOf('add_to_cart') > 0,
      has_begin_checkout: countOf('begin_checkout') > 0,
      has_purchase: countOf('purchase') > 0,
      revenue: moneyText(sumOf(own.map(({ gross }) => gross))),
      updated_at: timeTextOrNull(greatest(events.map(({ arrivalUs }) => arrivalUs))),
    };
  });
}
