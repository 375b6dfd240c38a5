import { describe, expect, test } from 'vitest';
import { type GivenRow, runCheckQuery } from '../harness.ts';
import { staged } from '../rows.ts';

describe('lifetime_closes', () => {
  const DAYS: readonly GivenRow[] = [
    {
      customer_id: 'u:ann',
      activity_date: '2026-02-01',
      orders: 0,
      refunds: '1',
      gross: '0',
      discount: '0',
      net: '-1',
    },
    {
      customer_id: 'u:ann',
      activity_date: '2026-03-01',
      orders: 1,
      refunds: '0',
      gross: '9',
      discount: '2',
      net: '7',
    },
    {
      customer_id: 'a:d1',
      activity_date: '2026-03-01',
      orders: 0,
      refunds: '4',
      gross: '0',
      discount: '0',
      net: '-4',
    },
  ];
  const ANN: GivenRow = {
    customer_id: 'u:ann',
    cohort_month: '2026-03-01',
    orders: 1,
    gross: '9',
    discount: '2',
    refunds: '1',
    net: '6',
  };
  const COHORT: GivenRow = { cohort_month: '2026-03-01', age_month: 0, cohort_size: 1, orders: 1, net: '7' };
  const LOOSE: GivenRow = { month: '2026-02-01', reason: 'before_first_order', net: '-1' };

  async function kindsOf(
    customers: readonly GivenRow[],
    cohorts: readonly GivenRow[],
    loose: readonly GivenRow[] = [LOOSE],
  ) {
    const rows = await runCheckQuery('lifetime_closes', {
      customer_days: DAYS,
      customer_ltv: customers,
      cohort_ltv: cohorts,
      unallocated_net: [...loose, { month: '2026-03-01', reason: 'no_order', net: '-4' }],
    });
    return rows.map((row) => row.kind);
  }

  test('is content when customers, days and cohorts say the same', async () => {
    expect(await kindsOf([ANN], [COHORT])).toEqual([]);
  });

  test.each(['gross', 'discount', 'refunds'])('names a customer whose %s differs by 0.0001', async (name) => {
    expect(await kindsOf([{ ...ANN, [name]: '1.0001' }], [COHORT])).toEqual(['customer']);
  });

  test('names a buyer who is missing, with the cohort and the net of all', async () => {
    expect(await kindsOf([], [COHORT])).toEqual(['cohort', 'customer', 'net of all']);
  });

  test('names a customer without days, and a cohort without members', async () => {
    const stranger = { ...ANN, customer_id: 'u:bob', net: '0', gross: '0', discount: '0', refunds: '0' };

    expect(await kindsOf([ANN, stranger], [{ ...COHORT, cohort_size: 2, orders: 2 }])).toEqual(['customer']);
    expect(await kindsOf([ANN], [COHORT, { ...COHORT, cohort_month: '2026-04-01', net: '0' }])).toEqual([
      'cohort',
    ]);
  });

  test.each(['cohort_size', 'orders'])('names a cohort whose %s alone differs', async (name) => {
    expect(await kindsOf([ANN], [{ ...COHORT, [name]: 2 }])).toEqual(['cohort']);
  });

  test('names a customer in another cohort', async () => {
    expect(await kindsOf([{ ...ANN, cohort_month: '2026-02-01' }], [COHORT])).toEqual(['cohort', 'cohort']);
  });

  test('names the net of all when a refund from before the first order is nowhere', async () => {
    expect(await kindsOf([ANN], [COHORT], [])).toEqual(['net of all']);
  });
});

describe('products_close', () => {
  const event = (id: string, type: string, productId: string) =>
    staged(id, '2026-03-01T10:00:00Z', { event_type: type, product_id: productId });
  const closed = {
    stg_events: [
      event('e1', 'view_item', 'p1'),
      event('e2', 'add_to_cart', 'p1'),
      event('e3', 'view_item', 'p2'),
    ],
    fct_order_lines: [
      { order_id: 'o1', line_number: 1, order_date: '2026-03-01', quantity: 2, line_total: '20' },
    ],
  };
  const P1: GivenRow = {
    product_id: 'p1',
    sale_date: '2026-03-01',
    views: 1,
    add_to_carts: 1,
    orders: 1,
    units: 2,
    gross: '20',
  };
  const P2: GivenRow = { ...P1, product_id: 'p2', add_to_carts: 0, orders: 0, units: 0, gross: '0' };

  const badDates = async (...products: readonly GivenRow[]) =>
    (await runCheckQuery('products_close', { ...closed, product_daily: products })).map(
      (row) => row.sale_date,
    );

  test('is content when each date has what events and lines have', async () => {
    expect(await badDates(P1, P2)).toEqual([]);
  });

  test.each([
    ['views', 2],
    ['add_to_carts', 0],
    ['units', 1],
    ['gross', '20.0001'],
  ])('names a date whose %s differ', async (name, value) => {
    expect(await badDates({ ...P1, [name]: value }, P2)).toEqual(['2026-03-01']);
  });

  test('names both dates when a row stands on the wrong one, though the sum is right', async () => {
    expect(await badDates(P1, { ...P2, sale_date: '2026-03-02' })).toEqual(['2026-03-01', '2026-03-02']);
  });
});
