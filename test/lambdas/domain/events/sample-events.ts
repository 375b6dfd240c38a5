import type { CheckedEvent } from '../../../../lambdas/domain/events/check-record.ts';
import { checkRecord } from '../../../../lambdas/domain/events/check-record.ts';
import type { EventType } from '../../../../lambdas/domain/events/event-types.ts';

export const ARRIVAL_MS = Date.parse('2026-01-31T10:15:00.123Z');

type Fields = Record<string, unknown>;

const ENVELOPE: Fields = {
  event_id: '0190a1b2-0000-7000-8000-000000000001',
  event_time: '2026-01-31T10:14:59.123456Z',
  anonymous_id: 'device-1',
  session_id: 'session-1',
  schema_version: 1,
};
const ITEM: Fields = { product_id: '7', quantity: 2, unit_price: 10.5 };
const CART: Fields = { ...ITEM, currency: 'USD' };

/** The least that each type needs. */
const MINIMAL: Record<EventType, Fields> = {
  page_view: { ...ENVELOPE, page_path: '/' },
  view_item: { ...ENVELOPE, product_id: '7', currency: 'USD' },
  search: { ...ENVELOPE, search_term: 'red shoes' },
  add_to_cart: { ...ENVELOPE, ...CART },
  remove_from_cart: { ...ENVELOPE, ...CART },
  begin_checkout: ENVELOPE,
  purchase: { ...ENVELOPE, order_id: 'o-1', currency: 'USD', items: [ITEM] },
  refund: { ...ENVELOPE, order_id: 'o-1', refund_id: 'r-1', amount: '3.5', currency: 'USD' },
  sign_up: ENVELOPE,
  ad_impression: { ...ENVELOPE, campaign_id: 'c-1' },
  ad_click: { ...ENVELOPE, campaign_id: 'c-1' },
  ad_spend: {
    event_id: ENVELOPE.event_id,
    event_time: ENVELOPE.event_time,
    schema_version: 1,
    campaign_id: 'c-1',
    cost: 12.25,
    currency: 'EUR',
  },
};

/** A valid event of the type; `changes` replace fields, undefined takes one away. */
export function sample(type: EventType, changes: Fields = {}): Fields {
  return { event_type: type, ...MINIMAL[type], ...changes };
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Checks one text (or object, as compact JSON) that is one event. */
export function check(input: string | Fields, arrivalTimeMs = ARRIVAL_MS): CheckedEvent {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const [result, ...rest] = checkRecord(utf8(text), arrivalTimeMs);
  if (result === undefined || rest.length > 0) throw new Error(`${rest.length + 1} results for one event`);
  return result;
}

/** `accepted`, or the reason of the rejection. */
export function verdict(input: string | Fields, arrivalTimeMs = ARRIVAL_MS): string {
  const result = check(input, arrivalTimeMs);
  return result.kind === 'accepted' ? 'accepted' : result.reason;
}

/** A compact JSON text with one piece of it replaced, to write what JSON.stringify would not. */
export function textWith(fields: Fields, piece: string, by: string): string {
  const text = JSON.stringify(fields);
  if (!text.includes(piece)) throw new Error(`${piece} is not in ${text}`);
  return text.replace(piece, by);
}
