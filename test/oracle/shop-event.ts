import type { EventCopy } from './input.ts';
import { type Money, parseMoney } from './money.ts';
import { dateOf, parseTime } from './times.ts';

export interface Item {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}

/** An event with the types that tables.md §1 gives its fields. */
export interface ShopEvent {
  readonly id: string;
  readonly type: string;
  readonly timeUs: number;
  readonly date: string;
  readonly arrivalUs: number;
  readonly isOfFile: boolean;
  readonly anonymousId: string | null;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly channel: string | null;
  readonly campaignId: string | null;
  readonly device: string | null;
  readonly country: string | null;
  readonly pagePath: string | null;
  readonly productId: string | null;
  readonly currency: string | null;
  readonly orderId: string | null;
  readonly refundId: string | null;
  readonly amount: Money | null;
  readonly discount: Money | null;
  readonly items: readonly Item[];
  /** The fields that its type has, as sent. */
  readonly sent: EventCopy['sent'];
}

/** Fields of every type of event. */
const FIELDS = [
  'event_id',
  'event_type',
  'event_time',
  'anonymous_id',
  'user_id',
  'session_id',
  'schema_version',
  'device',
  'country',
  'channel',
  'campaign_id',
  'page_path',
];
const CART_FIELDS = ['product_id', 'quantity', 'unit_price', 'currency'];
const AD_FIELDS = ['impressions', 'clicks', 'cost', 'currency', 'audience', 'viewing_time_ms'];
/** What a type has beside them; whatever else is sent is ignored. */
const FIELDS_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  page_view: ['engaged_time_ms'],
  search: ['search_term'],
  view_item: CART_FIELDS,
  add_to_cart: CART_FIELDS,
  remove_from_cart: CART_FIELDS,
  purchase: ['order_id', 'currency', 'items', 'discount', 'shipping', 'tax'],
  refund: ['order_id', 'refund_id', 'amount', 'currency', 'items'],
  ad_impression: AD_FIELDS,
  ad_click: AD_FIELDS,
  ad_spend: AD_FIELDS,
};

export function shopEvent(copy: EventCopy): ShopEvent {
  const { arrivalUs, isOfFile } = copy;
  const known = [...FIELDS, ...(FIELDS_BY_TYPE[String(copy.sent.event_type)] ?? [])];
  const sent = Object.fromEntries(known.map((name) => [name, copy.sent[name]]));
  const timeUs = parseTime(String(sent.event_time));
  const money = (name: string): Money | null => (absent(sent[name]) ? null : parseMoney(sent[name]));
  return {
    id: String(sent.event_id).toLowerCase(),
    type: String(sent.event_type),
    timeUs,
    date: dateOf(timeUs),
    arrivalUs,
    isOfFile,
    anonymousId: textOf(sent.anonymous_id),
    sessionId: textOf(sent.session_id),
    userId: textOf(sent.user_id),
    channel: textOf(sent.channel),
    campaignId: textOf(sent.campaign_id),
    device: textOf(sent.device),
    country: textOf(sent.country),
    pagePath: textOf(sent.page_path),
    productId: textOf(sent.product_id),
    currency: textOf(sent.currency),
    orderId: textOf(sent.order_id),
    refundId: textOf(sent.refund_id),
    amount: money('amount'),
    discount: money('discount'),
    items: itemsOf(sent.items),
    sent,
  };
}

/** ad_* events make no device, customer, session or activity. */
export function isAdvert({ type }: ShopEvent): boolean {
  return type === 'ad_impression' || type === 'ad_click' || type === 'ad_spend';
}

/** The order of events wherever one has to come first: (event_time, event_id). */
export function isBefore(left: ShopEvent, right: ShopEvent): boolean {
  return left.timeUs < right.timeUs || (left.timeUs === right.timeUs && left.id < right.id);
}

export function inOrder(events: readonly ShopEvent[]): readonly ShopEvent[] {
  return [...events].sort((left, right) => (isBefore(left, right) ? -1 : isBefore(right, left) ? 1 : 0));
}

/** The first value that is not null, by (event_time, event_id). */
export function firstKnown<T>(events: readonly ShopEvent[], read: (event: ShopEvent) => T | null): T | null {
  for (const event of inOrder(events)) {
    const value = read(event);
    if (value !== null) return value;
  }
  return null;
}

/** The last value that is not null, by (event_time, event_id). */
export function lastKnown<T>(events: readonly ShopEvent[], read: (event: ShopEvent) => T | null): T | null {
  return firstKnownOf([...inOrder(events)].reverse(), read);
}

function firstKnownOf<T>(events: readonly ShopEvent[], read: (event: ShopEvent) => T | null): T | null {
  for (const event of events) {
    const value = read(event);
    if (value !== null) return value;
  }
  return null;
}

/** A null optional field counts as absent. */
function absent(value: unknown): boolean {
  return value === undefined || value === null;
}

export function textOf(value: unknown): string | null {
  return absent(value) ? null : String(value);
}

function itemsOf(value: unknown): readonly Item[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: Readonly<Record<string, unknown>>) => ({
    productId: String(item.product_id),
    quantity: Number(item.quantity),
    unitPrice: parseMoney(item.unit_price),
  }));
}
