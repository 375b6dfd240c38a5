import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { snapshot } from '../rows.ts';

const SLOTS = [
  '2026-01-01T00:00:00Z',
  '2026-01-02T00:00:00Z',
  '2026-01-03T00:00:00Z',
  '2026-01-04T00:00:00Z',
];

/** Snapshots of a source, one a slot, each with its entities. */
function store(source: string, snapshots: readonly (readonly GivenRow[])[], accepted?: number) {
  const landed = snapshots.map((rows, index) =>
    snapshot(source, SLOTS[index] ?? '', accepted ?? rows.length),
  );
  return {
    ledger: landed.map(({ ledger }) => ledger),
    ledger_objects: landed.map(({ object }) => object),
    [`raw_${source}`]: snapshots.flatMap((rows, index) =>
      rows.map((row) => ({ ...row, $path: `${source}/${SLOTS[index]}` })),
    ),
  };
}

function product(id: string, row: GivenRow = {}): GivenRow {
  return {
    id,
    title: `Product ${id}`,
    price: '10',
    category: 'things',
    rating_rate: '3.9',
    rating_count: '120',
    ...row,
  };
}

async function productsOf(...snapshots: readonly (readonly GivenRow[])[]) {
  const built = await buildModels(store('fakestore_products', snapshots), ['stg_products']);
  return pick(built.stg_products, 'id', 'valid_from', 'price', 'is_active');
}

describe('stg_products', () => {
  test('has a row where a product appears, changes, vanishes and comes back, and none where it stays', async () => {
    const rows = await productsOf(
      [product('1'), product('2')],
      [product('1', { price: '12.5' }), product('2')],
      [product('2')],
      [product('1', { price: '12.5' }), product('2')],
    );

    expect(rows).toEqual([
      { id: '1', valid_from: '2026-01-01 00:00:00.000000', price: '10.0000', is_active: true },
      { id: '1', valid_from: '2026-01-02 00:00:00.000000', price: '12.5000', is_active: true },
      { id: '1', valid_from: '2026-01-03 00:00:00.000000', price: '12.5000', is_active: false },
      { id: '1', valid_from: '2026-01-04 00:00:00.000000', price: '12.5000', is_active: true },
      { id: '2', valid_from: '2026-01-01 00:00:00.000000', price: '10.0000', is_active: true },
    ]);
  });

  test('says once that a product has vanished', async () => {
    const rows = await productsOf(
      [product('1'), product('2')],
      [product('2')],
      [product('2', { price: '1' })],
    );

    expect(rows.filter((row) => row.id === '1').map((row) => row.is_active)).toEqual([true, false]);
  });

  test('takes a null that becomes a value as a change', async () => {
    const rows = await productsOf([product('1', { image: null })], [product('1', { image: 'a' })]);

    expect(rows.length).toBe(2);
  });

  test('does not take a snapshot that nobody accepted as one in which all vanished', async () => {
    const built = await buildModels(
      {
        ...store('fakestore_products', [[product('1')]]),
        ledger: [
          snapshot('fakestore_products', SLOTS[0] ?? '').ledger,
          { ...snapshot('fakestore_products', SLOTS[1] ?? '', 0).ledger, received: 1, quarantined: 1 },
        ],
      },
      ['stg_products'],
    );

    expect(column(built.stg_products, 'is_active')).toEqual([true]);
  });

  test('lets the greater ledger row win where two answers landed for one slot', async () => {
    const slot = SLOTS[0] ?? '';
    const both = ['a', 'b'].map((id) => snapshot('fakestore_products', slot, 1, id));

    const built = await buildModels(
      {
        ledger: both.map(({ ledger }) => ledger),
        ledger_objects: both.map(({ object }) => object),
        raw_fakestore_products: [
          product('1', { price: '1', $path: 'fakestore_products/a' }),
          product('1', { price: '2', $path: 'fakestore_products/b' }),
        ],
      },
      ['stg_products'],
    );

    expect(column(built.stg_products, 'price')).toEqual(['2.0000']);
  });

  test('makes up when a product was listed, and says so', async () => {
    const built = await buildModels(store('fakestore_products', [[product('20')]]), ['stg_products']);

    // 20 * 53 mod 365 = 330 days before 2020-01-01.
    expect(pick(built.stg_products, 'created_at', 'is_synthetic_created_at')).toEqual([
      { created_at: '2019-02-05 00:00:00.000000', is_synthetic_created_at: true },
    ]);
  });
});

describe('stg_users', () => {
  test('makes up country and sign-up, the latter before the first cart of any version', async () => {
    const users = store('fakestore_users', [
      [
        { id: '3', email_hash: 'h3' },
        { id: '14', email_hash: 'h14' },
      ],
    ]);
    const cart = { id: '1', user_id: '3', items: '[]', is_active: true };

    const built = await buildModels(
      {
        ...users,
        stg_carts: [
          { ...cart, valid_from: '2026-01-01T00:00:00Z', cart_at: '2025-12-31T12:00:00Z' },
          { ...cart, valid_from: '2026-01-02T00:00:00Z', cart_at: '2026-01-02T00:00:00Z' },
        ],
      },
      ['stg_users'],
    );

    // User 3: 3 * 37 mod 90 + 1 = 22 days before 2025-12-31; user 14: 14 * 37 mod 90 + 1 = 69 before 2020.
    expect(pick(built.stg_users, 'id', 'country', 'created_at', 'is_synthetic_country')).toEqual([
      { id: '14', country: 'ES', created_at: '2019-10-24 00:00:00.000000', is_synthetic_country: true },
      { id: '3', country: 'FR', created_at: '2025-12-09 12:00:00.000000', is_synthetic_country: true },
    ]);
  });
});

describe('stg_carts', () => {
  test('keeps the versions of a cart', async () => {
    const cart = { id: '1', user_id: '3', date: '2020-03-02T00:00:00.000Z', items: '[]' };

    const built = await buildModels(
      store('fakestore_carts', [[cart], [{ ...cart, user_id: '4' }], [{ ...cart, user_id: '4' }]]),
      ['stg_carts'],
    );

    expect(pick(built.stg_carts, 'valid_from', 'user_id', 'cart_at')).toEqual([
      { valid_from: '2026-01-01 00:00:00.000000', user_id: '3', cart_at: '2020-03-02 00:00:00.000000' },
      { valid_from: '2026-01-02 00:00:00.000000', user_id: '4', cart_at: '2020-03-02 00:00:00.000000' },
    ]);
  });
});
