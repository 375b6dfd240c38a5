import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalContent, parsedContent } from '../../../../lambdas/domain/events/canonical-content.ts';
import { anyEvent, oddText } from './generate-events.ts';
import { check, sample, textWith } from './sample-events.ts';

function content(input: string | Record<string, unknown>): string {
  const result = check(input);
  if (result.kind === 'rejected') throw new Error(result.detail);
  const bytes = canonicalContent(result);
  // The quick way and the thorough one agree on every text of this file.
  expect(Buffer.from(bytes).toString()).toBe(parsedContent(result));
  return Buffer.from(bytes).toString();
}

const EVENT = sample('purchase', { x: { b: 1, a: [1, 'A', null] } });

describe('the content of an event', () => {
  it.each([
    ['key order', JSON.stringify(Object.fromEntries(Object.entries(EVENT).reverse()))],
    ['key order within an unknown field', JSON.stringify({ ...EVENT, x: { a: [1, 'A', null], b: 1 } })],
    ['white space', JSON.stringify(EVENT, null, 3)],
    ['escapes', textWith(EVENT, '"A"', '"\\u0041"')],
    ['the way a number is written', textWith(EVENT, '"b":1', '"b":1.0')],
    [
      'the case of the event_id',
      JSON.stringify({ ...EVENT, event_id: String(EVENT.event_id).toUpperCase() }),
    ],
    ['sent_time', JSON.stringify({ ...EVENT, sent_time: '2026-01-31T10:14:59Z' })],
    ['null in an optional field', JSON.stringify({ ...EVENT, user_id: null, tax: null })],
  ])('is the same whatever %s', (_what, text) => {
    expect(content(text)).toBe(content(EVENT));
  });

  it.each([
    ['another value', { ...EVENT, order_id: 'o-2' }],
    ['another value of an unknown field', { ...EVENT, x: { b: 2, a: [1, 'A', null] } }],
    ['another order in a list', { ...EVENT, x: { b: 1, a: ['A', 1, null] } }],
    ['one more unknown field', { ...EVENT, y: null }],
    ['a number as text', { ...EVENT, items: [{ product_id: '7', quantity: 2, unit_price: '10.5' }] }],
    ['another event_time', { ...EVENT, event_time: '2026-01-31T10:14:59.123457Z' }],
  ])('differs by %s', (_what, other) => {
    expect(content(other)).not.toBe(content(EVENT));
  });

  it('is the same by the quick way and by parsing, for 20,000 generated events, oddly written too', () => {
    let accepted = 0;

    fc.assert(
      fc.property(anyEvent, fc.oneof(fc.constant(0), fc.nat(47)), (event, style) => {
        const text = oddText(event, style);
        if (check(text).kind === 'rejected') return;
        accepted += 1;
        content(text);
      }),
      { numRuns: 20_000 },
    );

    expect(accepted).toBeGreaterThan(4_000);
  });

  it.each([
    '0',
    '-0',
    '-0.5',
    '1.0',
    '1.50',
    '1e2',
    '0.000001',
    '0.0000001',
    '123456789012345',
    '1234567890123456789',
    '0.1234567890123456789',
    '12345678.12345678',
    'true',
    'null',
    '"a\\"b"',
    '"é😀"',
    '"\u007f"',
    '[1.0,{"b":"\\\\","a":[]}]',
    '{"z":{"y":1,"x":"}"},"a":[]}',
  ])('is the same by both ways for an unknown %s, at the end or not', (value) => {
    const event = sample('page_view');
    const [first, last] = [textWith(event, '{', `{"a_":${value},`), textWith(event, '}', `,"zz":${value}}`)];

    expect(content(first)).toContain('a_');
    expect(content(last)).toContain('zz');
    expect(content(`${last.slice(0, -1)} , "page":${value} }`)).toContain('zz');
  });
});
