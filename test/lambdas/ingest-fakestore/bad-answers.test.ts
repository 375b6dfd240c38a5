import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoreKind } from '../../../lambdas/domain/store/store-kind.ts';
import type { KindReport } from '../../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import {
  type Fault,
  fewerRowsFault,
  fieldFault,
  HTML_200_FAULT,
  NULL_FAULT,
  removedFieldFault,
  TRUNCATED_FAULT,
} from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';
import { runSecondSlot, type SecondSlot } from './second-slot.ts';

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore();
  world = new IngestWorld();
  await world.ingest(store.url);
});
afterEach(() => store.close());

function secondSlot(
  kind: StoreKind,
  faults: readonly Fault[],
  options: Omit<SecondSlot, 'kind' | 'faults'> = {},
): Promise<KindReport> {
  return runSecondSlot(world, store, { kind, faults, ...options });
}

describe('fault 29: the API talks nonsense', () => {
  const corpus: readonly [string, Fault, RegExp][] = [
    ['HTML under status 200', HTML_200_FAULT, /^the content type is not application\/json$/],
    ['null', NULL_FAULT, /^expected a JSON list, got null$/],
    ['an object', { kind: 'rows', change: () => ({ error: 'x' }) }, /^expected a JSON list, got object$/],
    ['half a text', TRUNCATED_FAULT, /^the body of \d+ bytes is no JSON text$/],
    ['nothing', { kind: 'text', change: () => '' }, /^the body of 0 bytes is no JSON text$/],
    ['HTML called JSON', { kind: 'text', change: () => '<!DOCTYPE html>' }, /is no JSON text$/],
    ['an empty list', { kind: 'rows', change: () => [] }, /^expected products, got an empty list$/],
    ['a list of nulls', { kind: 'rows', change: (rows) => rows.map(() => null) }, /^products\[0\] breaks/],
    [
      'a repeated id',
      { kind: 'rows', change: (rows) => [...rows, rows[0]] },
      /^products\[20\] repeats the id 1$/,
    ],
    ['half a pair', fieldFault('title', '\ud800'), /half a surrogate pair$/],
    ['a NUL', fieldFault('title', 'a\u0000b'), /cannot be stored: a text has a NUL$/],
    [
      'deep nesting',
      { kind: 'text', change: (text) => text.replace('[{', `[{"x":${'['.repeat(5e4)}${']'.repeat(5e4)},`) },
      /nests deeper than 32 levels$/,
    ],
  ];

  test.each(corpus)('%s is refused whole', async (_, fault, detail) => {
    const report = await secondSlot('products', [fault], { settings: { maxAttempts: 2 } });

    expect(report.outcome).toBe('refused');
    expect(report.detail).toMatch(detail);
    expect(report.consecutiveFailures).toBe(1);
  });

  test('garbage that passes is tried again', async () => {
    const report = await secondSlot('products', [{ ...TRUNCATED_FAULT, times: 2 }]);

    expect(report).toMatchObject({ outcome: 'unchanged', attempts: 3 });
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const latin = async (): Promise<Response> =>
      new Response(Buffer.from('["caf\u00e9"]', 'latin1'), {
        headers: { 'content-type': 'application/json' },
      });

    const report = await world.ingest(store.url, {
      slot: SLOTS[1],
      settings: { maxAttempts: 1 },
      deps: { fetch: latin },
    });

    expect(report.kinds.map((kind) => kind.detail)).toEqual(
      Array.from({ length: 3 }, () => 'the body of 8 bytes is no JSON text'),
    );
  });
});

describe('fault 30: the API changes its shapes', () => {
  const breaking: readonly [string, StoreKind, Fault, string][] = [
    ['a product without price', 'products', removedFieldFault('price'), 'price: '],
    ['a product without rating', 'products', removedFieldFault('rating'), 'rating: '],
    ['a price as text', 'products', fieldFault('price', '9.99'), 'price: '],
    ['a price with five places', 'products', fieldFault('price', 1.23456), 'price: '],
    ['a negative price', 'products', fieldFault('price', -1), 'price: '],
    ['a title of null', 'products', fieldFault('title', null), 'title: '],
    ['a user without e-mail', 'users', removedFieldFault('email'), 'email: '],
    ['a user with an empty e-mail', 'users', fieldFault('email', ' '), 'email: '],
    ['a user id as text', 'users', fieldFault('id', 'one'), 'id: '],
    ['a cart without user', 'carts', removedFieldFault('userId'), 'userId: '],
    ['a cart date without zone', 'carts', fieldFault('date', '2020-03-01T00:00:00'), 'date: '],
    ['a cart with a map of products', 'carts', fieldFault('products', { 1: 4 }), 'products: '],
    [
      'a quantity as text',
      'carts',
      fieldFault('products', [{ productId: 1, quantity: '4' }]),
      'products.0.quantity: ',
    ],
  ];

  test.each(breaking)('%s refuses the page, at once and by name', async (_, resource, fault, field) => {
    const report = await secondSlot(resource, [fault]);

    expect(report).toMatchObject({ outcome: 'refused', attempts: 1 });
    expect(report.detail.startsWith(`${resource}[0] breaks the contract: ${field}`)).toBe(true);
  });

  test('users without passwords, names and addresses are as good as before', async () => {
    const change = (rows: readonly object[]): object[] =>
      rows.map((row) => ({ id: 'id' in row && row.id, email: 'email' in row && row.email }));

    const report = await secondSlot('users', [{ kind: 'rows', change }]);

    expect(report.outcome).toBe('unchanged');
  });
});

describe('fault 32: the API returns fewer rows', () => {
  test('less than 80 % of the last snapshot is refused', async () => {
    const report = await secondSlot('products', [fewerRowsFault(15)]);

    expect(report).toMatchObject({
      outcome: 'refused',
      entities: 15,
      detail: '15 products instead of 20: less than 80 %',
    });
  });

  test('an operator accepts it for one slot and one kind; the next is measured against that', async () => {
    store.setFaults('products', [fewerRowsFault(15)]);
    store.setFaults('users', [fewerRowsFault(7)]);

    const unasked = await world.ingest(store.url, { slot: SLOTS[1] });
    const asked = await world.ingest(store.url, { slot: SLOTS[1], acceptShrink: ['products'] });
    store.setFaults('products', [fewerRowsFault(11)]);
    const later = await world.ingestKind('products', store.url, { slot: SLOTS[2] });

    expect(unasked.kinds.map((kind) => [kind.outcome, kind.hasShrunk])).toEqual([
      ['refused', true],
      ['refused', true],
      ['unchanged', false],
    ]);
    expect(asked.kinds.map((kind) => [kind.outcome, kind.detail])).toEqual([
      ['accepted', '15 products instead of 20, as asked'],
      ['refused', '7 users instead of 10: less than 80 %'],
      ['unchanged', 'this slot was taken before, and brought the same'],
    ]);
    expect(later).toMatchObject({ outcome: 'refused', detail: '11 products instead of 15: less than 80 %' });
  });

  test('an empty list is refused, whatever an operator accepts', async () => {
    store.setFaults('products', [fewerRowsFault(0)]);

    const report = await world.ingestKind('products', store.url, {
      slot: SLOTS[1],
      acceptShrink: ['products'],
    });

    expect(report).toMatchObject({ outcome: 'refused', hasShrunk: false });
  });

  test('80 % of it is accepted, and the next is measured against that', async () => {
    store.setFaults('products', [fewerRowsFault(16)]);
    const first = await world.ingestKind('products', store.url, { slot: SLOTS[1] });
    store.setFaults('products', [fewerRowsFault(12)]);
    const second = await world.ingestKind('products', store.url, { slot: SLOTS[2] });
    const third = await world.ingestKind('products', store.url, {
      slot: SLOTS[2],
      settings: { minimumSharePercent: 0 },
    });

    expect([first.outcome, first.entities]).toEqual(['accepted', 16]);
    expect(second).toMatchObject({ outcome: 'refused', entities: 12 });
    expect([third.outcome, third.entities]).toEqual(['accepted', 12]);
  });
});
