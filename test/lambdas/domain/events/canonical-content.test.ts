import { describe, expect, it } from 'vitest';
import { canonicalContent } from '../../../../lambdas/domain/events/canonical-content.ts';
import { check, sample, textWith } from './sample-events.ts';

function content(input: string | Record<string, unknown>): string {
  const result = check(input);
  if (result.kind === 'rejected') throw new Error(result.detail);
  return canonicalContent(result);
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
});
