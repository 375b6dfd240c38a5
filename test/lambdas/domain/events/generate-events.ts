import fc from 'fast-check';
import { CHANNELS, DEVICES } from '../../../../lambdas/domain/events/contract.ts';
import { EVENT_TYPES, type EventType } from '../../../../lambdas/domain/events/event-types.ts';
import { sample } from './sample-events.ts';

type Fields = Record<string, unknown>;

/** Values that a careless or hostile producer may put in any field. */
const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '0',
    '1',
    '10.5',
    '10.12345',
    '-1',
    '1e1',
    '007',
    ' 5',
    '99999999',
    '99999999.0001',
    '999999999.9999',
    '1000000000',
    'ABC',
    'usd',
    'USD',
    'DE',
    'ZZ',
    '2026-02-30T00:00:00Z',
    '2026-01-31T10:14:59+14:30',
    '2026-01-31T10:00:00.1234567Z',
    0,
    -0,
    1,
    1.5,
    10_000,
    10_001,
    0.1 + 0.2,
    1.00001,
    99_999_999,
    99_999_999.5,
    1_000_000_000,
    999_999_999.9999,
    1e21,
    2 ** 53,
    2 ** 53 - 1,
    Number.MAX_VALUE,
    86_400_000,
    86_400_001,
    true,
    false,
    [],
    {},
    '\ud800',
    'a\0b',
    'x'.repeat(64),
    'x'.repeat(65),
    'ü'.repeat(256),
    '😀'.repeat(256),
    '😀'.repeat(257),
    `/${'p'.repeat(2_047)}`,
    `/${'p'.repeat(2_048)}`,
    '0190A1B2-0000-7000-8000-000000000001',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.jsonValue({ maxDepth: 3 }),
);

const fieldName = fc.constantFrom(
  'event_id',
  'event_time',
  'sent_time',
  'anonymous_id',
  'user_id',
  'session_id',
  'schema_version',
  'device',
  'country',
  'channel',
  'campaign_id',
  'page_path',
  'engaged_time_ms',
  'search_term',
  'product_id',
  'quantity',
  'unit_price',
  'currency',
  'order_id',
  'items',
  'discount',
  'shipping',
  'tax',
  'refund_id',
  'amount',
  'impressions',
  'clicks',
  'cost',
  'audience',
  'viewing_time_ms',
  'event_type',
);
const unknownName = fc.oneof(
  fc.constantFrom(
    'utm_source',
    'note',
    'Note',
    'camelCase',
    '_x',
    '__proto__',
    'constructor',
    'Quantity',
    'x y',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const goodOptional: fc.Arbitrary<Fields> = fc.record(
  {
    user_id: fc.constantFrom('u-1', null),
    device: fc.constantFrom(...DEVICES, null),
    channel: fc.constantFrom(...CHANNELS, null),
    country: fc.constantFrom('DE', 'US', null),
    sent_time: fc.constantFrom('2026-01-31T10:15:00Z', null),
    extra: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);

const price = fc.oneof(
  fc.integer({ min: 0, max: 999_999_990_000 }).map((units) => units / 10_000),
  fc.integer({ min: 0, max: 9_999_999 }).map((units) => (units / 100).toFixed(2)),
);
const items = fc.array(
  fc.record({
    product_id: fc.constantFrom('1', 'sku:7'),
    quantity: fc.integer({ min: 1, max: 20 }),
    unit_price: price,
  }),
  { minLength: 1, maxLength: 4 },
);

const ADVERT_COUNTS = { impressions: 10, clicks: 1, viewing_time_ms: 5 };
const OPTIONAL_OF_TYPE: Partial<Record<EventType, Fields>> = {
  page_view: { engaged_time_ms: 100 },
  view_item: { quantity: 1, unit_price: 1 },
  purchase: { discount: 1, shipping: '2.5', tax: 0 },
  ad_impression: ADVERT_COUNTS,
  ad_click: { ...ADVERT_COUNTS, cost: 1, currency: 'EUR' },
  ad_spend: ADVERT_COUNTS,
};

/** Events that mostly keep the contract. */
export const goodEvent: fc.Arbitrary<Fields> = fc
  .tuple(fc.constantFrom(...EVENT_TYPES), goodOptional, price, items)
  .map(([type, optional, unitPrice, lines]) => {
    const event = sample(type, { ...OPTIONAL_OF_TYPE[type], ...optional });
    if ('unit_price' in event) event.unit_price = unitPrice;
    if ('items' in event) event.items = lines;
    return event;
  });

/** A value for a field, or a list of items that is good but for one field of one item. */
const spoiltValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: strangeValue },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('product_id', 'quantity', 'unit_price'), strangeValue)
      .map(([field, value]) => [{ product_id: '1', quantity: 1, unit_price: 1, [field]: value }]),
  },
);

/** Both sides of the limits of numbers. */
const edgeNumber = fc.constantFrom<unknown>(
  -1,
  -0,
  0,
  1,
  1.5,
  9_999,
  10_000,
  10_001,
  86_400_000,
  86_400_001,
  99_999_999,
  99_999_999.0001,
  0.0001,
  0.00001,
  999_999_999.9999,
  1_000_000_000,
  2 ** 53 - 1,
  2 ** 53,
  '1',
  '0',
  '0.0000',
);

/** A good event with one to three fields replaced, removed or added; mostly fields that it has. */
export const spoiltEvent: fc.Arbitrary<Fields> = fc
  .tuple(
    goodEvent,
    fc.array(fc.tuple(fc.nat(), fieldName, unknownName, spoiltValue, edgeNumber), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.option(fieldName, { freq: 1 }),
  )
  .map(([event, changes, removed]) => {
    const names = Object.keys(event);
    // A map and not a spread: `__proto__` must become a field.
    const entries = new Map<string, unknown>(Object.entries(event));
    for (const [pick, field, unknown, value, edge] of changes) {
      const own = names[pick % names.length] ?? field;
      const name = [own, own, own, field, unknown][pick % 5] ?? own;
      const isEdge = pick % 3 > 0 && typeof entries.get(name) === 'number';
      entries.set(name, isEdge ? edge : value);
    }
    if (removed !== null) entries.delete(removed);
    return Object.fromEntries(entries);
  });

export const anyEvent = fc.oneof(goodEvent, spoiltEvent);

/** JSON text of a value, written in an unusual way: white space, escapes, other forms of numbers, repeated keys. */
export function oddText(fields: Fields, style: number): string {
  const text = JSON.stringify(fields, null, [undefined, 1, '\t'][style % 3]);
  switch (Math.floor(style / 3) % 8) {
    case 0:
      return text;
    case 1:
      return text.replaceAll('":', '" :');
    case 2:
      return text.replaceAll('"q', '"\\u0071');
    case 3:
      return text.replace(/:(\s*)(\d+)([,}\s])/, ':$1$2.0$3');
    case 4:
      return text.replace(/:(\s*)(\d+)([,}\s])/, ':$1$2e0$3');
    case 5:
      return text.replace(/(.*)\}/s, '$1,"note":1,"note":2}');
    case 6:
      return text.replace(/(.*)\}/s, '$1,"n\\u006fte":1,"note" :2}');
    default:
      return text.replace(/(.*)\}/s, '$1,"deep":{"a":"\\":","A":[{"b":1,"b":2}]}}');
  }
}
