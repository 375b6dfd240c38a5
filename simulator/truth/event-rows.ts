import { dateOf, US_PER_SECOND } from './calendar.ts';
import { compareEvents, type StagedEvent } from './intake.ts';
import { exact, groupBy, moneyText, type Row, timestampText } from './row.ts';

/** stg_events: every event in time, once. */
export function eventRows(staged: readonly StagedEvent[]): Row[] {
  return staged.map(eventRow);
}

/** stg_late_events: the same of what came too late, with the date of arrival. */
export function lateEventRows(tooLate: readonly StagedEvent[]): Row[] {
  return tooLate.map((late) => ({ ...eventRow(late), arrival_date: dateOf(late.arrivalUs) }));
}

function eventRow({ event, arrivalUs }: StagedEvent): Row {
  return {
    event_id: event.eventId,
    event_date: dateOf(event.eventTimeUs),
    event_type: event.eventType,
    event_time: timestampText(event.eventTimeUs),
    arrival_time: timestampText(arrivalUs),
    lateness_s: (arrivalUs - event.eventTimeUs) / US_PER_SECOND,
    session_id: event.sessionId,
    anonymous_id: event.anonymousId,
    user_id: event.userId,
    product_id: event.productId,
    quantity: event.quantity,
    unit_price: moneyText(exact(event.unitPriceE4)),
    currency: event.currency,
    order_id: event.orderId,
    refund_id: event.refundId,
    amount: moneyText(exact(event.amountE4)),
    discount: moneyText(exact(event.discountE4)),
    shipping: moneyText(exact(event.shippingE4)),
    tax: moneyText(exact(event.taxE4)),
    channel: event.channel,
    campaign_id: event.campaignId,
    device: event.device,
    country: event.country,
    page_path: event.pagePath,
    search_term: event.searchTerm,
    engaged_time_ms: event.engagedTimeMs,
    impressions: event.impressions,
    clicks: event.clicks,
    cost: moneyText(exact(event.costE4)),
    audience: event.audience,
    viewing_time_ms: event.viewingTimeMs,
    schema_version: event.schemaVersion,
  };
}

/** The first of the events of each key, by (event_time, event_id); events without the key are left out. */
export function firstOfEach(
  events: readonly StagedEvent[],
  keyOf: (event: StagedEvent['event']) => string | null,
): StagedEvent[] {
  const keyed = events.filter(({ event }) => keyOf(event) !== null);
  const groups = groupBy(keyed, ({ event }) => keyOf(event) ?? '');
  return [...groups.values()].map((group) =>
    group.reduce((first, other) => (compareEvents(other, first) < 0 ? other : first)),
  );
}

/** The purchase event of each order. */
export function orderEvents(staged: readonly StagedEvent[]): StagedEvent[] {
  return firstOfEach(
    staged.filter(({ event }) => event.eventType === 'purchase'),
    ({ orderId }) => orderId,
  );
}

/** stg_order_lines: the lines of each order's purchase event, with the prices and the currency sent. */
export function stagedLineRows(staged: readonly StagedEvent[]): Row[] {
  return orderEvents(staged).flatMap(({ event }) =>
    event.items.map((item, index) => ({
      order_id: event.orderId,
      line_number: index + 1,
      event_date: dateOf(event.eventTimeUs),
      event_id: event.eventId,
      event_time: timestampText(event.eventTimeUs),
      product_id: item.productId,
      quantity: item.quantity,
      unit_price: moneyText(exact(item.unitPriceE4)),
      currency: event.currency,
    })),
  );
}
