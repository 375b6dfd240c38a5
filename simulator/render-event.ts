import { MS_PER_HOUR } from '../lambdas/domain/time.ts';
import type { ShopEvent } from './shop-event.ts';
import type { Client } from './visitor.ts';

/** The fields of an event as they go over the wire, in a fixed order. */
export type WireEvent = Record<string, unknown>;

/** An event as the visitor's software writes it: format of times and prices, nulls, fields unknown to the contract. */
export function toWire(event: ShopEvent, client: Client): WireEvent {
  const money = (amountE4: number | null) => (amountE4 === null ? null : priceText(amountE4, client));
  const optional: WireEvent = {
    sent_time: event.sentTimeUs === null ? null : timeText(event.sentTimeUs, client),
    anonymous_id: event.anonymousId,
    session_id: event.sessionId,
    user_id: event.userId,
    device: event.device,
    country: event.country,
    channel: event.channel,
    campaign_id: event.campaignId,
    page_path: event.pagePath,
    engaged_time_ms: event.engagedTimeMs,
    search_term: event.searchTerm,
    product_id: event.productId,
    quantity: event.quantity,
    unit_price: money(event.unitPriceE4),
    currency: event.currency,
    order_id: event.orderId,
    refund_id: event.refundId,
    amount: money(event.amountE4),
    discount: money(event.discountE4),
    shipping: money(event.shippingE4),
    tax: money(event.taxE4),
    impressions: event.impressions,
    clicks: event.clicks,
    cost: money(event.costE4),
    audience: event.audience,
    viewing_time_ms: event.viewingTimeMs,
  };
  return {
    event_id: event.eventId,
    event_type: event.eventType,
    event_time: timeText(event.eventTimeUs, client),
    schema_version: event.schemaVersion,
    ...withoutAbsent(optional, client.writesNulls ? NULLABLE_FIELDS : NO_FIELDS),
    ...(event.items.length === 0 ? {} : { items: event.items.map((item) => wireItem(item, client)) }),
    ...(client.writesExtras ? { context: { app: 'shop-web', viewport: [390, 844] }, consent: true } : {}),
  };
}

const NO_FIELDS: ReadonlySet<string> = new Set();
/** Fields that every type may bear, so that a null in them means absent. */
const NULLABLE_FIELDS: ReadonlySet<string> = new Set([
  'user_id',
  'device',
  'country',
  'channel',
  'sent_time',
]);

function withoutAbsent(fields: WireEvent, keptAsNull: ReadonlySet<string>): WireEvent {
  const present: WireEvent = {};
  for (const name of Object.keys(fields)) {
    if (fields[name] !== null || keptAsNull.has(name)) present[name] = fields[name];
  }
  return present;
}

function wireItem(item: ShopEvent['items'][number], client: Client): WireEvent {
  return {
    product_id: item.productId,
    quantity: item.quantity,
    unit_price: priceText(item.unitPriceE4, client),
  };
}

function priceText(amountE4: number, { priceFormat }: Client): number | string {
  if (priceFormat === 'number') return amountE4 / 10_000;
  if (priceFormat === 'text') return String(amountE4 / 10_000);
  return `${Math.floor(amountE4 / 10_000)}.${String(amountE4 % 10_000).padStart(4, '0')}`;
}

/** RFC 3339 with three places, with six, or in local time with its offset. */
export function timeText(timeUs: number, { timeFormat, utcOffsetHours }: Client): string {
  const timeMs = Math.floor(timeUs / 1000);
  const utc = new Date(timeMs).toISOString();
  if (timeFormat === 'milliseconds') return utc;
  if (timeFormat === 'microseconds') {
    return `${utc.slice(0, -1)}${String(timeUs - timeMs * 1000).padStart(3, '0')}Z`;
  }
  const local = new Date(timeMs + utcOffsetHours * MS_PER_HOUR).toISOString().slice(0, -1);
  const sign = utcOffsetHours < 0 ? '-' : '+';
  return `${local}${sign}${String(Math.abs(utcOffsetHours)).padStart(2, '0')}:00`;
}
