import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../../lambdas/domain/events/event-types.ts';
import { ARRIVAL_MS, check, sample, verdict } from './sample-events.ts';

const ITEM = { product_id: '7', quantity: 1, unit_price: 1 };
const LONG_ID = 'x'.repeat(64);

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

describe('a field of an event', () => {
  it.each(EVENT_TYPES)('%s passes with the least that it needs', (type) => {
    expect(check(sample(type))).toMatchObject({ kind: 'accepted', eventType: type });
  });

  it.each([
    ['page_view', 'page_path'],
    ['view_item', 'product_id'],
    ['view_item', 'currency'],
    ['search', 'search_term'],
    ['add_to_cart', 'quantity'],
    ['remove_from_cart', 'unit_price'],
    ['begin_checkout', 'anonymous_id'],
    ['begin_checkout', 'session_id'],
    ['begin_checkout', 'event_id'],
    ['begin_checkout', 'event_time'],
    ['begin_checkout', 'schema_version'],
    ['purchase', 'items'],
    ['purchase', 'order_id'],
    ['purchase', 'currency'],
    ['refund', 'refund_id'],
    ['refund', 'amount'],
    ['ad_click', 'campaign_id'],
    ['ad_spend', 'cost'],
    ['ad_spend', 'currency'],
  ] as const)('of a %s, %s, is required: neither absent nor null will do', (type, field) => {
    expect(verdict(sample(type, { [field]: undefined }))).toBe('invalid_field');
    expect(verdict(sample(type, { [field]: null }))).toBe('invalid_field');
  });

  it('is absent when it is optional and null', () => {
    const none = {
      sent_time: null,
      user_id: null,
      device: null,
      country: null,
      channel: null,
      campaign_id: null,
    };

    expect(verdict(sample('purchase', { ...none, discount: null, shipping: null, tax: null }))).toBe(
      'accepted',
    );
    expect(verdict(sample('view_item', { ...none, quantity: null, unit_price: null }))).toBe('accepted');
    expect(verdict(sample('ad_spend', { anonymous_id: null, session_id: null, clicks: null }))).toBe(
      'accepted',
    );
  });

  it.each([
    ['begin_checkout', 'anonymous_id', LONG_ID, `${LONG_ID}x`],
    ['begin_checkout', 'session_id', 'A_z.0:-9', ''],
    ['begin_checkout', 'user_id', 'u', 'jane@example.org'],
    [
      'begin_checkout',
      'event_id',
      '0190A1B2-0000-7000-8000-00000000000F',
      '0190a1b2000070008000000000000001',
    ],
    ['begin_checkout', 'device', 'tablet', 'Tablet'],
    ['begin_checkout', 'country', 'DE', 'de'],
    ['begin_checkout', 'country', 'GB', 'UK'],
    ['begin_checkout', 'channel', 'affiliate', 'tv'],
    ['begin_checkout', 'sent_time', '2026-01-31T10:14:59+02:00', 'yesterday'],
    ['begin_checkout', 'sent_time', '2024-02-29T10:14:59Z', '2026-02-29T10:14:59Z'],
    ['begin_checkout', 'schema_version', 1, '1'],
    ['page_view', 'page_path', `/${'p'.repeat(2_047)}`, `/${'p'.repeat(2_048)}`],
    ['page_view', 'page_path', '/\n', 'x/'],
    ['page_view', 'engaged_time_ms', 86_400_000, 86_400_001],
    ['page_view', 'engaged_time_ms', 0, -1],
    ['search', 'search_term', '😀'.repeat(256), '😀'.repeat(257)],
    ['search', 'search_term', '', 7],
    ['add_to_cart', 'quantity', 1, 0],
    ['add_to_cart', 'quantity', 10_000, 10_001],
    ['add_to_cart', 'quantity', 2, 1.5],
    ['add_to_cart', 'quantity', 2, '2'],
    ['add_to_cart', 'unit_price', 0, -0.01],
    ['add_to_cart', 'unit_price', 99_999_999, 99_999_999.0001],
    ['add_to_cart', 'unit_price', '99999999.0000', '99999999.0001'],
    ['add_to_cart', 'unit_price', 0.0001, 0.00001],
    ['add_to_cart', 'unit_price', '0.0001', '0.00010'],
    ['add_to_cart', 'unit_price', 0.3, 0.1 + 0.2],
    ['add_to_cart', 'unit_price', '10', '1e1'],
    ['add_to_cart', 'unit_price', '7', '07'],
    ['add_to_cart', 'currency', 'EUR', 'EURO'],
    ['add_to_cart', 'currency', 'JPY', 'XYZ'],
    ['purchase', 'items', Array(500).fill(ITEM), Array(501).fill(ITEM)],
    ['purchase', 'items', [ITEM], []],
    ['purchase', 'items', [ITEM], [{ ...ITEM, quantity: null }]],
    ['purchase', 'items', [ITEM], [{ ...ITEM, unit_price: 0.12345 }]],
    ['refund', 'amount', 0.0001, 0],
    ['refund', 'amount', '0.0001', '0.0000'],
    ['ad_spend', 'impressions', 2 ** 53 - 1, 2 ** 53],
    ['ad_spend', 'clicks', 0, 0.5],
    ['ad_spend', 'audience', 'x'.repeat(256), 'x'.repeat(257)],
  ] as const)('of a %s, %s, may be %j but not %j', (type, field, good, bad) => {
    expect(verdict(sample(type, { [field]: good }))).toBe('accepted');
    expect(verdict(sample(type, { [field]: bad }))).toBe('invalid_field');
  });

  it('that is a cost needs its currency', () => {
    expect(verdict(sample('ad_click', { cost: 1, currency: 'EUR' }))).toBe('accepted');
    expect(verdict(sample('ad_click', { cost: 1 }))).toBe('invalid_field');
  });

  it('that is unknown may hold anything, also the field of another type', () => {
    expect(verdict(sample('page_view', { quantity: 'many', utm: { source: [1, null] } }))).toBe('accepted');
  });

  it.each([
    [{ discount: 999_999_999.9999 }, 'accepted'],
    [{ discount: 1_000_000_000 }, 'out_of_range'],
    [{ shipping: '999999999.9999' }, 'accepted'],
    [{ shipping: '1000000000' }, 'out_of_range'],
    [{ tax: '9'.repeat(400) }, 'out_of_range'],
    [{ items: [{ ...ITEM, quantity: 10, unit_price: 99_999_999 }] }, 'accepted'],
    [
      {
        items: [
          { ...ITEM, quantity: 10, unit_price: 99_999_999 },
          { ...ITEM, unit_price: 9.9999 },
        ],
      },
      'accepted',
    ],
    [
      {
        items: [
          { ...ITEM, quantity: 10, unit_price: 99_999_999 },
          { ...ITEM, unit_price: 10 },
        ],
      },
      'out_of_range',
    ],
    [{ items: Array(500).fill({ ...ITEM, quantity: 10_000, unit_price: 99_999_999 }) }, 'out_of_range'],
  ])('%# of an order is at most 999,999,999.9999', (changes, expected) => {
    expect(verdict(sample('purchase', changes))).toBe(expected);
  });

  it.each([
    ['refund', { amount: 999_999_999.9999 }, 'accepted'],
    ['refund', { amount: 1_000_000_000 }, 'out_of_range'],
    ['ad_spend', { cost: '999999999.9999' }, 'accepted'],
    ['ad_spend', { cost: 1e15 }, 'out_of_range'],
  ] as const)('of a %s, %j, is %s', (type, changes, expected) => {
    expect(verdict(sample(type, changes))).toBe(expected);
  });

  it.each(['pageview', 'Purchase', 'constructor', '__proto__', ''])('event_type %j is unknown', (type) => {
    expect(verdict(sample('begin_checkout', { event_type: type }))).toBe('unknown_type');
  });

  it.each([0, 2, 99])('schema_version %d is unknown', (version) => {
    expect(verdict(sample('begin_checkout', { schema_version: version }))).toBe('unknown_version');
  });

  it('fault 8: event_time lies from 400 days before to one hour after the arrival', () => {
    const day = 86_400_000;
    const at = (timeMs: number) => verdict(sample('begin_checkout', { event_time: iso(timeMs) }));

    expect(at(ARRIVAL_MS + 3_600_000)).toBe('accepted');
    expect(at(ARRIVAL_MS + 3_600_001)).toBe('clock_skew');
    expect(at(ARRIVAL_MS - 400 * day)).toBe('accepted');
    expect(at(ARRIVAL_MS - 400 * day - 1)).toBe('clock_skew');
    expect(at(0)).toBe('clock_skew');
  });

  it('is named in the detail of a refusal, its value is not', () => {
    const result = check(
      sample('add_to_cart', { user_id: 'jane@example.org', quantity: '2', currency: 'secret' }),
    );

    expect(result).toMatchObject({ kind: 'rejected', eventId: '0190a1b2-0000-7000-8000-000000000001' });
    const detail = result.kind === 'rejected' ? result.detail : '';
    expect(detail).toContain('user_id');
    expect(detail).toContain('quantity');
    expect(detail).toContain('currency');
    expect(detail).not.toMatch(/jane|secret/);
  });

  it('gives the ledger its facts', () => {
    const items = [
      { ...ITEM, quantity: 3, unit_price: 19.99 },
      { ...ITEM, quantity: 1, unit_price: '0.0001' },
    ];
    const id = '0190A1B2-0000-7000-8000-00000000ABCD';

    expect(check(sample('purchase', { items, event_id: id }))).toMatchObject({
      eventId: id.toLowerCase(),
      eventType: 'purchase',
      isAd: false,
      eventTimeUs: Date.parse('2026-01-31T10:14:59.123Z') * 1000 + 456,
      grossUnits: 599_701,
    });
    expect(check(sample('ad_click'))).toMatchObject({ isAd: true, grossUnits: null });
  });
});
