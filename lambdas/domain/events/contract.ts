import * as z from 'zod';
import { COUNTRY_CODES, CURRENCY_CODES } from './codes.ts';
import { TIME_PATTERN } from './event-time.ts';
import { type EventType, SCHEMA_VERSION } from './event-types.ts';
import { DECIMAL_PATTERN, MAX_PRICE_UNITS, UNITS_PER_WHOLE } from './money.ts';

/**
 * The event as a producer sends it: one schema per type, schema_version 1. Whatever JSON Schema cannot say stands in
 * rules.ts and is asked after either validator. Unknown further fields pass and are kept in raw. Lengths count code
 * points, as JSON Schema does, hence patterns in place of `max`.
 */

export const DEVICES = ['desktop', 'mobile', 'tablet', 'other'] as const;
export const CHANNELS = [
  'direct',
  'organic_search',
  'paid_search',
  'social',
  'email',
  'referral',
  'affiliate',
  'display',
  'other',
] as const;
export const MAX_ITEMS = 500;
const MAX_QUANTITY = 10_000;
const MS_PER_DAY = 86_400_000;

/** A UUID of any version. Written out, since a repeated group costs a matcher three times as much. */
export const EVENT_ID_PATTERN =
  /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

const id = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/);
const eventId = z.string().regex(EVENT_ID_PATTERN);
const time = z.string().regex(TIME_PATTERN);
const pagePath = z.string().regex(/^\/[\s\S]{0,2047}$/u);
const text = z.string().regex(/^[\s\S]{0,256}$/u);
const currency = z.enum(CURRENCY_CODES);
const count = z.int().min(0);
const quantity = z.int().min(1).max(MAX_QUANTITY);
const decimal = z.string().regex(DECIMAL_PATTERN);
/** Bounded by rules.ts: too much is `out_of_range`, not a fault of the field. */
const amount = z.union([z.number().min(0), decimal]);
const price = z.union([
  z
    .number()
    .min(0)
    .max(MAX_PRICE_UNITS / UNITS_PER_WHOLE),
  decimal,
]);
const item = z.object({ product_id: id, quantity, unit_price: price });

const origin = {
  event_id: eventId,
  event_time: time,
  sent_time: time.nullish(),
  user_id: id.nullish(),
  schema_version: z.literal(SCHEMA_VERSION),
  device: z.enum(DEVICES).nullish(),
  country: z.enum(COUNTRY_CODES).nullish(),
  channel: z.enum(CHANNELS).nullish(),
};
const visit = {
  ...origin,
  anonymous_id: id,
  session_id: id,
  campaign_id: id.nullish(),
  page_path: pagePath.nullish(),
};
const advert = {
  campaign_id: id,
  currency: currency.nullish(),
  audience: text.nullish(),
  impressions: count.nullish(),
  clicks: count.nullish(),
  cost: amount.nullish(),
  viewing_time_ms: count.nullish(),
};
const cartChange = { product_id: id, quantity, unit_price: price, currency };

function event<T extends EventType, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.object({ event_type: z.literal(type), ...shape });
}

export const EVENT_SCHEMAS = {
  page_view: event('page_view', {
    ...visit,
    page_path: pagePath,
    engaged_time_ms: z.int().min(0).max(MS_PER_DAY).nullish(),
  }),
  view_item: event('view_item', {
    ...visit,
    product_id: id,
    quantity: quantity.nullish(),
    unit_price: price.nullish(),
    currency,
  }),
  search: event('search', { ...visit, search_term: text }),
  add_to_cart: event('add_to_cart', { ...visit, ...cartChange }),
  remove_from_cart: event('remove_from_cart', { ...visit, ...cartChange }),
  begin_checkout: event('begin_checkout', visit),
  purchase: event('purchase', {
    ...visit,
    order_id: id,
    currency,
    items: z.array(item).min(1).max(MAX_ITEMS),
    discount: amount.nullish(),
    shipping: amount.nullish(),
    tax: amount.nullish(),
  }),
  refund: event('refund', {
    ...visit,
    order_id: id,
    refund_id: id,
    amount: z.union([z.number().gt(0), decimal]),
    currency,
    items: z.array(item).max(MAX_ITEMS).nullish(),
  }),
  sign_up: event('sign_up', visit),
  ad_impression: event('ad_impression', { ...visit, ...advert }),
  ad_click: event('ad_click', { ...visit, ...advert }),
  ad_spend: event('ad_spend', {
    ...visit,
    ...advert,
    anonymous_id: id.nullish(),
    session_id: id.nullish(),
    cost: amount,
    currency,
  }),
} as const;

export const shopEvent = z.discriminatedUnion('event_type', [
  EVENT_SCHEMAS.page_view,
  EVENT_SCHEMAS.view_item,
  EVENT_SCHEMAS.search,
  EVENT_SCHEMAS.add_to_cart,
  EVENT_SCHEMAS.remove_from_cart,
  EVENT_SCHEMAS.begin_checkout,
  EVENT_SCHEMAS.purchase,
  EVENT_SCHEMAS.refund,
  EVENT_SCHEMAS.sign_up,
  EVENT_SCHEMAS.ad_impression,
  EVENT_SCHEMAS.ad_click,
  EVENT_SCHEMAS.ad_spend,
]);
export type ShopEvent = z.infer<typeof shopEvent>;
export type EventOf<T extends EventType> = Extract<ShopEvent, { event_type: T }>;

/** Every field name of the contract, whatever its type: the columns of raw_events. All are lower case. */
export const CONTRACT_FIELDS: ReadonlySet<string> = new Set(
  Object.values(EVENT_SCHEMAS).flatMap((schema) => Object.keys(schema.shape)),
);

/** Field names within `items`. */
export const ITEM_FIELDS: ReadonlySet<string> = new Set(Object.keys(item.shape));
