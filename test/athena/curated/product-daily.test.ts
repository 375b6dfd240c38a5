import { describe, expect, test } from 'vitest';
import { buildModels, pick } from '../build-models.ts';
import { type GivenRow, runCheckQuery } from '../harness.ts';
import { givenAgain, lakeState, line, purchase, refund, staged, timestamp } from '../rows.ts';

const DAY = '2026-03-01T10:00:00Z';

function view(id: string, time: string, productId: string): GivenRow {
  return staged(id, time, { event_type: 'view_item', product_id: productId });
}

function cart(id: string, time: string, productId: string, row: GivenRow = {}): GivenRow {
  return staged(id, time, { event_type: 'add_to_cart', product_id: productId, ...row });
}

async function productsOf(
  events: readonly GivenRow[],
  lines: readonly GivenRow[] = [],
  given: Readonly<Record<string, readonly GivenRow[]>> = {},
) {
  const built = await buildModels(
    { stg_events: events, stg_order_lines: lines, lake_state: [lakeState()], ...given },
    ['product_daily', 'fct_order_lines'],
  );
  const again = Object.entries(built).map(([name, rows]) => [name, givenAgain(rows)]);
  expect(await runCheckQuery('products_close', { stg_events: events, ...Object.fromEntries(again) })).toEqual(
    [],
  );
  return built.product_daily;
}

describe('a product on a day', () => {
  test('has its views, additions to carts, orders, units and gross', async () => {
    const rows = await productsOf(
      [
        view('e1', DAY, 'p1'),
        view('e2', DAY, 'p1'),
        cart('e3', DAY, 'p1', { quantity: 7 }),
        purchase('e4', DAY, 'o1', { discount: '5', arrival_time: '2026-03-01T10:00:09Z' }),
      ],
      [line('o1', DAY, { quantity: 3 })],
    );

    expect(rows).toEqual([
      {
        product_id: 'p1',
        sale_date: '2026-03-01',
        views: 2,
        add_to_carts: 1,
        orders: 1,
        units: 3,
        gross: '30.0000',
        updated_at: timestamp('2026-03-01T10:00:09Z'),
      },
    ]);
  });

  test('may be seen alone, or sold alone', async () => {
    const rows = await productsOf(
      [view('e1', DAY, 'seen'), purchase('e2', DAY, 'o1')],
      [line('o1', DAY, { product_id: 'sold' })],
    );

    expect(pick(rows, 'product_id', 'views', 'add_to_carts', 'orders', 'units', 'gross')).toEqual([
      { product_id: 'seen', views: 1, add_to_carts: 0, orders: 0, units: 0, gross: '0.0000' },
      { product_id: 'sold', views: 0, add_to_carts: 0, orders: 1, units: 2, gross: '20.0000' },
    ]);
  });

  test('does not care whether a catalogue knows the product', async () => {
    const known = { id: 'p1', valid_from: DAY, price: '9', is_active: true, is_synthetic_created_at: true };

    const rows = await productsOf([view('e1', DAY, 'p1'), view('e2', DAY, 'stranger')], [], {
      stg_products: [known],
    });

    expect(pick(rows, 'product_id', 'views')).toEqual([
      { product_id: 'p1', views: 1 },
      { product_id: 'stranger', views: 1 },
    ]);
  });

  test('is not there for a removal, another page, an advertisement, or a product of the catalogue alone', async () => {
    const product = { id: 'p1', valid_from: DAY, price: '9', is_active: true, is_synthetic_created_at: true };

    const rows = await productsOf(
      [
        staged('e1', DAY, { event_type: 'remove_from_cart', product_id: 'p1', quantity: 1 }),
        staged('e2', DAY, { event_type: 'page_view' }),
        staged('e3', DAY, { event_type: 'ad_click', product_id: 'p1' }),
      ],
      [],
      { stg_products: [product] },
    );

    expect(rows).toEqual([]);
  });

  test('loses neither an addition to a removal, nor units or gross to a refund', async () => {
    const rows = await productsOf(
      [
        cart('e1', DAY, 'p1'),
        staged('e2', DAY, { event_type: 'remove_from_cart', product_id: 'p1', quantity: 1 }),
        purchase('e3', DAY, 'o1'),
        refund('e4', DAY, 'r1', { amount: '20' }),
      ],
      [line('o1', DAY)],
    );

    expect(pick(rows, 'add_to_carts', 'units', 'gross')).toEqual([
      { add_to_carts: 1, units: 2, gross: '20.0000' },
    ]);
  });

  test('counts an order once though two of its lines are of the product', async () => {
    const rows = await productsOf(
      [purchase('e1', DAY, 'o1'), purchase('e2', DAY, 'o2')],
      [
        line('o1', DAY),
        line('o1', DAY, { line_number: 2, unit_price: '4' }),
        line('o1', DAY, { line_number: 3, product_id: 'p2', unit_price: '0' }),
        line('o2', DAY),
      ],
    );

    expect(pick(rows, 'product_id', 'orders', 'units', 'gross')).toEqual([
      { product_id: 'p1', orders: 2, units: 6, gross: '48.0000' },
      { product_id: 'p2', orders: 1, units: 2, gross: '0.0000' },
    ]);
  });

  test('has the lines of an order once, on the date of its first purchase event', async () => {
    const rows = await productsOf(
      [purchase('e2', '2026-03-02T10:00:00Z', 'o1'), purchase('e1', DAY, 'o1')],
      [line('o1', DAY)],
    );

    expect(pick(rows, 'sale_date', 'orders', 'units')).toEqual([
      { sale_date: '2026-03-01', orders: 1, units: 2 },
    ]);
  });

  test('counts orders and units in another currency, without their money', async () => {
    const rows = await productsOf(
      [purchase('e1', DAY, 'o1'), purchase('e2', DAY, 'euro', { currency: 'EUR' })],
      [line('o1', DAY), line('euro', DAY), line('euro', DAY, { line_number: 2, product_id: 'only-euro' })],
    );

    expect(pick(rows, 'product_id', 'orders', 'units', 'gross')).toEqual([
      { product_id: 'only-euro', orders: 1, units: 2, gross: '0.0000' },
      { product_id: 'p1', orders: 2, units: 4, gross: '20.0000' },
    ]);
  });

  test('has the orders of the store API too, at the price of the cart’s date', async () => {
    const rows = await productsOf([view('e1', DAY, '1')], [], {
      stg_carts: [
        {
          id: '5',
          user_id: '3',
          valid_from: '2026-03-01T06:00:00Z',
          cart_at: '2026-03-01T00:00:00Z',
          items: '[{"product_id":"1","quantity":2},{"product_id":"404","quantity":1}]',
          is_active: true,
        },
      ],
      stg_products: [
        { id: '1', valid_from: DAY, price: '10.5', is_active: true, is_synthetic_created_at: true },
      ],
    });

    expect(pick(rows, 'product_id', 'views', 'orders', 'units', 'gross', 'updated_at')).toEqual([
      {
        product_id: '1',
        views: 1,
        orders: 1,
        units: 2,
        gross: '21.0000',
        updated_at: timestamp(DAY),
      },
      {
        product_id: '404',
        views: 0,
        orders: 1,
        units: 1,
        gross: '0.0000',
        updated_at: timestamp('2026-03-01T06:00:00Z'),
      },
    ]);
  });

  test('ends at midnight in UTC, also within one visit', async () => {
    const rows = await productsOf(
      [
        view('e1', '2026-03-01T23:59:59.999999Z', 'p1'),
        cart('e2', '2026-03-02T00:00:00Z', 'p1'),
        purchase('e3', '2026-03-02T00:00:01Z', 'o1'),
      ],
      [line('o1', '2026-03-02T00:00:01Z')],
    );

    expect(pick(rows, 'sale_date', 'views', 'add_to_carts', 'orders')).toEqual([
      { sale_date: '2026-03-01', views: 1, add_to_carts: 0, orders: 0 },
      { sale_date: '2026-03-02', views: 0, add_to_carts: 1, orders: 1 },
    ]);
  });

  test('is called unknown where no product was named, so that money closes', async () => {
    const rows = await productsOf([purchase('e1', DAY, 'o1')], [line('o1', DAY, { product_id: null })]);

    expect(pick(rows, 'product_id', 'gross')).toEqual([{ product_id: 'unknown', gross: '20.0000' }]);
  });
});
