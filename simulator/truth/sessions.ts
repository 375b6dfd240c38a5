import { dateOf, US_PER_SECOND } from './calendar.ts';
import { type Activity, firstKnown, sessionKey } from './identity.ts';
import type { StagedEvent } from './intake.ts';
import { grossOf, type Order } from './orders.ts';
import { groupBy, moneyText, type Row, sum, timestampText } from './row.ts';

/** A visit of which somebody did more than look at one page. */
const ENGAGED_TYPES = ['add_to_cart', 'remove_from_cart', 'begin_checkout', 'purchase', 'sign_up'];

export interface SessionFact {
  readonly key: string;
  readonly customerId: string;
  readonly startedAtUs: number;
  readonly events: readonly StagedEvent[];
}

export function sessionsOf(activity: Activity): SessionFact[] {
  return [...activity.sessions].map(([key, events]) => {
    const user = events.findLast(({ event }) => event.userId !== null)?.event.userId ?? null;
    const device = events[0]?.event.anonymousId ?? '';
    return {
      key,
      customerId: user === null ? activity.customerOfDevice(device) : `u:${user}`,
      startedAtUs: events[0]?.event.eventTimeUs ?? 0,
      events,
    };
  });
}

/** fct_sessions. */
export function sessionRows(sessions: readonly SessionFact[], orders: readonly Order[]): Row[] {
  const ordersBySession = groupBy(orders, ({ staged }) => (staged === null ? '' : sessionKey(staged)));
  return sessions.map((session) => ({
    ...sessionCells(session),
    revenue: moneyText(sum((ordersBySession.get(session.key) ?? []).map(grossOf))),
  }));
}

function sessionCells({ customerId, startedAtUs, events }: SessionFact): Row {
  const has = (type: string) => events.some(({ event }) => event.eventType === type);
  const pageViews = events.filter(({ event }) => event.eventType === 'page_view').length;
  const endedAtUs = events.at(-1)?.event.eventTimeUs ?? startedAtUs;
  return {
    anonymous_id: firstKnown(events, ({ anonymousId }) => anonymousId),
    session_id: firstKnown(events, ({ sessionId }) => sessionId),
    session_date: dateOf(startedAtUs),
    customer_id: customerId,
    started_at: timestampText(startedAtUs),
    ended_at: timestampText(endedAtUs),
    events: events.length,
    page_views: pageViews,
    duration_s: (endedAtUs - startedAtUs) / US_PER_SECOND,
    channel: firstKnown(events, ({ channel }) => channel) ?? 'unknown',
    campaign_id: firstKnown(events, ({ campaignId }) => campaignId),
    device: firstKnown(events, ({ device }) => device) ?? 'unknown',
    country: firstKnown(events, ({ country }) => country) ?? 'unknown',
    landing_page: firstKnown(events, ({ pagePath }) => pagePath),
    is_bounce: pageViews <= 1 && !ENGAGED_TYPES.some(has),
    has_view_item: has('view_item'),
    has_add_to_cart: has('add_to_cart'),
    has_begin_checkout: has('begin_checkout'),
    has_purchase: has('purchase'),
  };
}
