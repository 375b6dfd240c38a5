import { expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, refund } from '../rows.ts';

const CART: GivenRow = {
  id: '5',
  user_id: '3',
  valid_from: '2026-01-01T00:00:00Z',
  cart_at: '2020-03-02T00:00:00Z',
  items: '[{"product_id":"1","quantity":2},{"product_id":"404","quantity":1}]',
  is_active: true,
};
const PRODUCTS: readonly GivenRow[] = [
  {
    id: '1',
    valid_from: '2020-03-01T00:00:00Z',
    price: '10.5',
    is_active: true,
    is_synthetic_created_at: true,
  },
  {
    id: '1',
    valid_from: '2020-03-02T00:00:01Z',
    price: '12',
    is_active: true,
    is_synthetic_created_at: true,
  },
];

async function orders(carts: readonly GivenRow[], given: Record<string, readonly GivenRow[]> = {}) {
  return buildModels({ stg_carts: carts, stg_products: PRODUCTS, lake_state: [lakeState()], ...given }, [
    'fct_orders',
    'fct_order_lines',
    'fct_refunds',
  ]);
}

test('a cart is an order at the prices of its date', async () => {
  const built = await orders([CART]);

  expect(
    pick(
      built.fct_orders,
      'order_id',
      'customer_id',
      'order_source',
      'order_date',
      'channel',
      'session_id',
      'units',
    ),
  ).toEqual([
    {
      order_id: 'fakestore-5',
      customer_id: 'u:fakestore-3',
      order_source: 'fakestore',
      order_date: '2020-03-02',
      channel: 'unknown',
      session_id: null,
      units: 3,
    },
  ]);
  expect(pick(built.fct_orders, 'currency', 'gross', 'discount', 'net', 'lines')).toEqual([
    { currency: 'USD', gross: '21.0000', discount: '0.0000', net: '21.0000', lines: 2 },
  ]);
});

test('a cart line takes the price of the version as of the cart, and none of an unknown product', async () => {
  const built = await orders([CART]);

  expect(pick(built.fct_order_lines, 'line_number', 'product_id', 'unit_price', 'line_total')).toEqual([
    { line_number: 1, product_id: '1', unit_price: '10.5000', line_total: '21.0000' },
    { line_number: 2, product_id: '404', unit_price: null, line_total: null },
  ]);
});

test('the latest version of a cart counts', async () => {
  const built = await orders([
    CART,
    { ...CART, valid_from: '2026-01-02T00:00:00Z', user_id: '4', items: '[{"product_id":"1","quantity":1}]' },
  ]);

  expect(pick(built.fct_orders, 'customer_id', 'gross', 'updated_at')).toEqual([
    { customer_id: 'u:fakestore-4', gross: '10.5000', updated_at: '2026-01-02 00:00:00.000000' },
  ]);
});

test('a vanished cart is no order', async () => {
  const built = await orders([CART, { ...CART, valid_from: '2026-01-02T00:00:00Z', is_active: false }]);

  expect(built.fct_orders).toEqual([]);
  expect(built.fct_order_lines).toEqual([]);
});

test('an empty cart is an order without lines', async () => {
  const built = await orders([{ ...CART, items: '[]' }]);

  expect(pick(built.fct_orders, 'lines', 'units', 'gross')).toEqual([
    { lines: 0, units: 0, gross: '0.0000' },
  ]);
});

test('the money of a cart counts while no currency is known', async () => {
  const built = await orders([CART], { lake_state: [lakeState({ reporting_currency: null })] });

  expect(pick(built.fct_orders, 'currency', 'gross')).toEqual([{ currency: null, gross: '21.0000' }]);
});

test('a refund event can refund a cart', async () => {
  const built = await orders([CART], {
    stg_events: [refund('e1', '2026-03-01T10:00:00Z', 'r1', { order_id: 'fakestore-5' })],
  });

  expect(pick(built.fct_refunds, 'customer_id', 'order_source')).toEqual([
    { customer_id: 'u:fakestore-3', order_source: 'fakestore' },
  ]);
  expect(column(built.fct_orders, 'net')).toEqual(['16.0000']);
});

test('a purchase event that took the order_id of a cart is the order, and the cart is none', async () => {
  const at = '2026-03-01T10:00:00Z';

  const built = await orders([CART], {
    stg_events: [purchase('e1', at, 'fakestore-5')],
    stg_order_lines: [line('fakestore-5', at)],
  });

  expect(pick(built.fct_orders, 'order_id', 'order_source', 'gross')).toEqual([
    { order_id: 'fakestore-5', order_source: 'web', gross: '20.0000' },
  ]);
  expect(column(built.fct_order_lines, 'product_id')).toEqual(['p1']);
});
