import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import { type GivenRow, runCheckQuery } from '../harness.ts';
import { givenAgain, lakeState, line, purchase, refund, staged, timestamp } from '../rows.ts';

interface Shop {
  readonly events?: readonly GivenRow[];
  readonly lines?: readonly GivenRow[];
  readonly carts?: readonly GivenRow[];
  readonly products?: readonly GivenRow[];
}

/** The lake's money by customer and what it has to close with. */
async function lifetimes({ events = [], lines = [], carts = [], products = [] }: Shop) {
  const built = await buildModels(
    {
      stg_events: events,
      stg_order_lines: lines,
      stg_carts: carts,
      stg_products: products,
      lake_state: [lakeState()],
    },
    ['customer_ltv', 'customer_days', 'cohort_ltv', 'unallocated_net'],
  );
  const again = Object.entries(built).map(([name, rows]) => [name, givenAgain(rows)]);
  expect(await runCheckQuery('lifetime_closes', Object.fromEntries(again))).toEqual([]);
  return built.customer_ltv;
}

/** One order of a person on each of the times: two pieces at 10. */
function ordersAt(...times: readonly string[]): Shop {
  return {
    events: times.map((time, index) => purchase(`e${index}`, time, `o${index}`, { user_id: 'ann' })),
    lines: times.map((time, index) => line(`o${index}`, time)),
  };
}

/** The median gap of orders at 10:00 on these days of March. */
async function medianOf(...days: readonly number[]) {
  const times = days.map((day) => `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`);
  return column(await lifetimes(ordersAt(...times)), 'median_gap_days');
}

describe('the lifetime of a customer', () => {
  test('runs from the first to the last order, with refunds of other months in the same sum', async () => {
    const rows = await lifetimes({
      events: [
        purchase('e1', '2026-01-31T23:59:59.999999Z', 'o1', { user_id: 'ann', discount: '3' }),
        purchase('e2', '2026-03-01T00:00:00Z', 'o2', {
          user_id: 'ann',
          arrival_time: '2026-03-02T00:00:00Z',
        }),
        refund('e3', '2026-04-10T10:00:00Z', 'r1', { user_id: 'ann' }),
      ],
      lines: [line('o1', '2026-01-31T23:59:59.999999Z'), line('o2', '2026-03-01T00:00:00Z')],
    });

    expect(rows).toEqual([
      {
        customer_id: 'u:ann',
        cohort_month: '2026-01-01',
        first_order_at: timestamp('2026-01-31T23:59:59.999999Z'),
        last_order_at: timestamp('2026-03-01T00:00:00Z'),
        orders: 2,
        gross: '40.0000',
        discount: '3.0000',
        refunds: '5.0000',
        net: '32.0000',
        median_gap_days: 29,
        updated_at: timestamp('2026-04-10T10:00:00Z'),
      },
    ]);
  });

  test('is nothing for a visitor, nor for a refund of an order that nobody knows', async () => {
    const rows = await lifetimes({
      events: [
        staged('e1', '2026-03-01T10:00:00Z'),
        refund('e2', '2026-03-01T10:00:00Z', 'r1', { order_id: 'elsewhere' }),
      ],
    });

    expect(rows).toEqual([]);
  });

  test('counts an order of zero value, also as the first', async () => {
    const rows = await lifetimes({
      events: [purchase('e1', '2026-02-10T10:00:00Z', 'free'), purchase('e2', '2026-03-10T10:00:00Z', 'o1')],
      lines: [line('free', '2026-02-10T10:00:00Z', { unit_price: '0' }), line('o1', '2026-03-10T10:00:00Z')],
    });

    expect(pick(rows, 'cohort_month', 'orders', 'gross')).toEqual([
      { cohort_month: '2026-02-01', orders: 2, gross: '20.0000' },
    ]);
  });

  test('takes off refunds from before the first order, and may end below zero', async () => {
    const rows = await lifetimes({
      events: [
        refund('e1', '2026-02-10T10:00:00Z', 'r1', { user_id: 'ann', order_id: 'elsewhere', amount: '20.5' }),
        purchase('e2', '2026-03-10T10:00:00Z', 'o1', { user_id: 'ann' }),
      ],
      lines: [line('o1', '2026-03-10T10:00:00Z')],
    });

    expect(pick(rows, 'cohort_month', 'first_order_at', 'refunds', 'net')).toEqual([
      {
        cohort_month: '2026-03-01',
        first_order_at: timestamp('2026-03-10T10:00:00Z'),
        refunds: '20.5000',
        net: '-0.5000',
      },
    ]);
  });

  test('has the refund that somebody else sent for an order of the customer', async () => {
    const rows = await lifetimes({
      events: [
        purchase('e1', '2026-03-10T10:00:00Z', 'o1', { user_id: 'ann' }),
        refund('e2', '2026-03-11T10:00:00Z', 'r1', {
          anonymous_id: 'd2',
          session_id: 's2',
          user_id: 'clerk',
        }),
      ],
      lines: [line('o1', '2026-03-10T10:00:00Z')],
    });

    expect(pick(rows, 'customer_id', 'refunds', 'net')).toEqual([
      { customer_id: 'u:ann', refunds: '5.0000', net: '15.0000' },
    ]);
  });

  test('counts orders in another currency without their money', async () => {
    const rows = await lifetimes({
      events: [
        purchase('e1', '2026-03-10T10:00:00Z', 'euro', { currency: 'EUR', discount: '1' }),
        refund('e2', '2026-03-11T10:00:00Z', 'r1', { order_id: 'euro', currency: 'EUR' }),
        purchase('e3', '2026-03-14T10:00:00Z', 'o1'),
      ],
      lines: [line('euro', '2026-03-10T10:00:00Z'), line('o1', '2026-03-14T10:00:00Z')],
    });

    expect(pick(rows, 'orders', 'gross', 'discount', 'refunds', 'net', 'median_gap_days')).toEqual([
      {
        orders: 2,
        gross: '20.0000',
        discount: '0.0000',
        refunds: '0.0000',
        net: '20.0000',
        median_gap_days: 4,
      },
    ]);
  });

  test('has zeros, not nulls, when all orders are in another currency', async () => {
    const rows = await lifetimes({
      events: [purchase('e1', '2026-03-10T10:00:00Z', 'euro', { currency: 'EUR' })],
      lines: [line('euro', '2026-03-10T10:00:00Z')],
    });

    expect(pick(rows, 'orders', 'gross', 'net')).toEqual([{ orders: 1, gross: '0.0000', net: '0.0000' }]);
  });

  test('has the orders of the store API too, and the snapshot as its last arrival', async () => {
    const rows = await lifetimes({
      events: [purchase('e1', '2026-03-10T10:00:00Z', 'o1', { user_id: 'fakestore-3' })],
      lines: [line('o1', '2026-03-10T10:00:00Z')],
      carts: [
        {
          id: '5',
          user_id: '3',
          valid_from: '2026-04-01T06:00:00Z',
          cart_at: '2020-03-02T00:00:00Z',
          items: '[{"product_id":"1","quantity":2}]',
          is_active: true,
        },
      ],
      products: [
        {
          id: '1',
          valid_from: '2020-03-01T00:00:00Z',
          price: '10.5',
          is_active: true,
          is_synthetic_created_at: true,
        },
      ],
    });

    expect(pick(rows, 'customer_id', 'cohort_month', 'orders', 'net', 'updated_at')).toEqual([
      {
        customer_id: 'u:fakestore-3',
        cohort_month: '2020-03-01',
        orders: 2,
        net: '41.0000',
        updated_at: timestamp('2026-04-01T06:00:00Z'),
      },
    ]);
  });

  test('counts an order once, however many purchase events and refund events there are of it', async () => {
    const rows = await lifetimes({
      events: [
        purchase('e1', '2026-03-10T10:00:00Z', 'o1'),
        purchase('e2', '2026-03-20T10:00:00Z', 'o1'),
        refund('e3', '2026-03-21T10:00:00Z', 'r1'),
        refund('e4', '2026-03-22T10:00:00Z', 'r1'),
      ],
      lines: [line('o1', '2026-03-10T10:00:00Z')],
    });

    expect(pick(rows, 'orders', 'net', 'median_gap_days', 'last_order_at')).toEqual([
      {
        orders: 1,
        net: '15.0000',
        median_gap_days: null,
        last_order_at: timestamp('2026-03-10T10:00:00Z'),
      },
    ]);
  });

  test('joins the orders of a device with those of the person who signs in later', async () => {
    const rows = await lifetimes({
      events: [
        purchase('e1', '2026-03-10T10:00:00Z', 'o1'),
        purchase('e2', '2026-03-12T10:00:00Z', 'o2', { user_id: 'ann' }),
      ],
      lines: [line('o1', '2026-03-10T10:00:00Z'), line('o2', '2026-03-12T10:00:00Z')],
    });

    expect(pick(rows, 'customer_id', 'orders')).toEqual([{ customer_id: 'u:ann', orders: 2 }]);
  });
});

describe('the median gap between orders', () => {
  test('is unknown for one order', async () => {
    expect(await medianOf(1)).toEqual([null]);
  });

  test('is the gap itself for two orders', async () => {
    expect(await medianOf(1, 8)).toEqual([7]);
  });

  test('is the smaller of two gaps, in whatever order they come', async () => {
    expect(await medianOf(1, 4, 14)).toEqual([3]);
    expect(await medianOf(1, 11, 14)).toEqual([3]);
  });

  test('is the middle of three gaps', async () => {
    expect(await medianOf(1, 10, 12, 17)).toEqual([5]);
  });

  test('is the second smallest of four gaps, and stays so when gaps are equal', async () => {
    expect(await medianOf(1, 9, 10, 14, 20)).toEqual([4]);
    expect(await medianOf(1, 3, 5, 7, 9)).toEqual([2]);
  });

  test('is 0 on the same date, and 1 over midnight in UTC, however few the minutes', async () => {
    const sameDate = await lifetimes(ordersAt('2026-03-01T00:00:00Z', '2026-03-01T23:59:59.999999Z'));
    const overMidnight = await lifetimes(ordersAt('2026-03-01T23:59:59.999999Z', '2026-03-02T00:00:00Z'));

    expect(column(sameDate, 'median_gap_days')).toEqual([0]);
    expect(column(overMidnight, 'median_gap_days')).toEqual([1]);
  });

  test('is of each customer alone, however their orders interleave', async () => {
    const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`;
    const order = (id: string, day: number, userId: string) => purchase(id, at(day), id, { user_id: userId });

    const rows = await lifetimes({
      events: [
        order('a1', 1, 'ann'),
        order('b1', 2, 'bob'),
        order('a2', 5, 'ann'),
        order('b2', 8, 'bob'),
        order('c1', 9, 'cat'),
        order('a3', 20, 'ann'),
      ],
    });

    expect(pick(rows, 'customer_id', 'median_gap_days')).toEqual([
      { customer_id: 'u:ann', median_gap_days: 4 },
      { customer_id: 'u:bob', median_gap_days: 6 },
      { customer_id: 'u:cat', median_gap_days: null },
    ]);
  });

  test('counts 29 February', async () => {
    const rows = await lifetimes(ordersAt('2024-02-28T10:00:00Z', '2024-03-01T10:00:00Z'));

    expect(column(rows, 'median_gap_days')).toEqual([2]);
  });
});
