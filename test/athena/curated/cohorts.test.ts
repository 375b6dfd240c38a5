import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState } from '../rows.ts';

/** A customer's day: an event, and an order when it has money. */
function day(customerId: string, date: string, row: GivenRow = {}): GivenRow {
  return {
    customer_id: customerId,
    activity_date: date,
    events: 1,
    sessions: 1,
    orders: 0,
    gross: '0',
    discount: '0',
    refunds: '0',
    net: '0',
    was_active: true,
    was_buyer: false,
    updated_at: `${date}T12:00:00Z`,
    ...row,
  };
}

function bought(customerId: string, date: string, net: string): GivenRow {
  return day(customerId, date, { orders: 1, gross: net, net, was_buyer: true });
}

function refunded(customerId: string, date: string, refunds: string): GivenRow {
  return day(customerId, date, { refunds, net: `-${refunds}`, events: 0, was_active: false });
}

async function cohorts(days: readonly GivenRow[], watermark: string | null = null) {
  return buildModels({ customer_days: days, lake_state: [lakeState({ watermark })] }, [
    'cohort_retention',
    'cohort_ltv',
    'unallocated_net',
  ]);
}

describe('cohort_retention', () => {
  const MONTHLY = (kind: string) => (row: Readonly<Record<string, unknown>>) =>
    row.period === 'month' && row.cohort_kind === kind;

  test('is dense from index 0 to the newest period, with nobody back in between', async () => {
    const built = await cohorts([day('a', '2026-01-15'), day('a', '2026-03-31'), day('b', '2026-01-01')]);
    const rows = built.cohort_retention.filter(MONTHLY('visit'));

    expect(
      pick(rows, 'cohort_start', 'period_index', 'cohort_size', 'returned', 'returned_or_later'),
    ).toEqual([
      { cohort_start: '2026-01-01', period_index: 0, cohort_size: 2, returned: 2, returned_or_later: 2 },
      { cohort_start: '2026-01-01', period_index: 1, cohort_size: 2, returned: 0, returned_or_later: 1 },
      { cohort_start: '2026-01-01', period_index: 2, cohort_size: 2, returned: 1, returned_or_later: 1 },
    ]);
    expect(column(rows, 'updated_at')).toEqual([
      '2026-01-15 12:00:00.000000',
      null,
      '2026-03-31 12:00:00.000000',
    ]);
  });

  test('begins weeks on Monday, over the turn of the year', async () => {
    const built = await cohorts([day('a', '2026-01-01'), day('a', '2026-01-05'), day('b', '2026-01-04')]);
    const rows = built.cohort_retention.filter((row) => row.period === 'week');

    expect(pick(rows, 'cohort_kind', 'cohort_start', 'period_index', 'cohort_size', 'returned')).toEqual([
      { cohort_kind: 'visit', cohort_start: '2025-12-29', period_index: 0, cohort_size: 2, returned: 2 },
      { cohort_kind: 'visit', cohort_start: '2025-12-29', period_index: 1, cohort_size: 2, returned: 1 },
    ]);
  });

  test('keeps buyers apart from visitors: a purchase cohort begins with the first order', async () => {
    const built = await cohorts([day('a', '2026-01-15'), bought('a', '2026-02-01', '10')]);

    expect(pick(built.cohort_retention.filter(MONTHLY('purchase')), 'cohort_start', 'returned')).toEqual([
      { cohort_start: '2026-02-01', returned: 1 },
    ]);
  });

  test('stretches to a refund though nobody visited, and takes it for no activity', async () => {
    const built = await cohorts([bought('a', '2026-01-15', '10'), refunded('a', '2026-02-15', '1')]);

    expect(pick(built.cohort_retention.filter(MONTHLY('visit')), 'period_index', 'returned')).toEqual([
      { period_index: 0, returned: 1 },
      { period_index: 1, returned: 0 },
    ]);
  });

  test('has every cohort, and index 0 is whole for each, whoever comes back', async () => {
    const built = await cohorts([
      day('a', '2026-01-15'),
      day('b', '2026-02-15'),
      day('a', '2026-02-20'),
      day('c', '2026-03-01'),
    ]);
    const rows = built.cohort_retention.filter(MONTHLY('visit'));

    expect(pick(rows, 'cohort_start', 'period_index', 'cohort_size', 'returned')).toEqual([
      { cohort_start: '2026-01-01', period_index: 0, cohort_size: 1, returned: 1 },
      { cohort_start: '2026-01-01', period_index: 1, cohort_size: 1, returned: 1 },
      { cohort_start: '2026-01-01', period_index: 2, cohort_size: 1, returned: 0 },
      { cohort_start: '2026-02-01', period_index: 0, cohort_size: 1, returned: 1 },
      { cohort_start: '2026-02-01', period_index: 1, cohort_size: 1, returned: 0 },
      { cohort_start: '2026-03-01', period_index: 0, cohort_size: 1, returned: 1 },
    ]);
  });

  test('rates a period once it is final', async () => {
    const days = [
      day('a', '2026-01-15'),
      day('b', '2026-01-15'),
      day('c', '2026-01-16'),
      day('a', '2026-02-01'),
    ];

    const built = await cohorts(days, '2026-02-01T00:00:00Z');
    const rows = built.cohort_retention.filter(MONTHLY('visit'));

    expect(pick(rows, 'period_index', 'returned', 'rate', 'is_final')).toEqual([
      { period_index: 0, returned: 3, rate: 1, is_final: true },
      { period_index: 1, returned: 1, rate: null, is_final: false },
    ]);

    const later = await cohorts(days, '2026-03-01T00:00:00Z');

    expect(column(later.cohort_retention.filter(MONTHLY('visit')), 'rate')).toEqual([1, 1 / 3]);
  });
});

describe('cohort_ltv', () => {
  test('adds up month by month over all members, and dates refunds by themselves', async () => {
    const built = await cohorts([
      bought('a', '2026-01-15', '100'),
      bought('b', '2026-01-20', '50'),
      refunded('a', '2026-02-10', '30'),
      bought('a', '2026-03-01', '7'),
    ]);

    expect(
      pick(
        built.cohort_ltv,
        'age_month',
        'cohort_size',
        'active_customers',
        'orders',
        'net',
        'cumulative_net',
        'ltv',
      ),
    ).toEqual([
      {
        age_month: 0,
        cohort_size: 2,
        active_customers: 2,
        orders: 2,
        net: '150.0000',
        cumulative_net: '150.0000',
        ltv: '75.0000',
      },
      {
        age_month: 1,
        cohort_size: 2,
        active_customers: 0,
        orders: 0,
        net: '-30.0000',
        cumulative_net: '120.0000',
        ltv: '60.0000',
      },
      {
        age_month: 2,
        cohort_size: 2,
        active_customers: 1,
        orders: 1,
        net: '7.0000',
        cumulative_net: '127.0000',
        ltv: '63.5000',
      },
    ]);
  });

  test('rounds half away from zero, also below it', async () => {
    const built = await cohorts([
      bought('a', '2026-01-15', '0.0001'),
      bought('b', '2026-01-15', '0'),
      refunded('a', '2026-02-15', '0.0002'),
      refunded('a', '2026-03-15', '0.0002'),
    ]);

    expect(pick(built.cohort_ltv, 'cumulative_net', 'ltv')).toEqual([
      { cumulative_net: '0.0001', ltv: '0.0001' },
      { cumulative_net: '-0.0001', ltv: '-0.0001' },
      { cumulative_net: '-0.0003', ltv: '-0.0002' },
    ]);
  });

  test('keeps a buyer of nothing in the denominator', async () => {
    const built = await cohorts([bought('a', '2026-01-15', '0'), bought('b', '2026-01-15', '9')]);

    expect(pick(built.cohort_ltv, 'cohort_size', 'ltv')).toEqual([{ cohort_size: 2, ltv: '4.5000' }]);
  });

  test('can fall below zero and rise again: the sum so far, never the greatest so far', async () => {
    const built = await cohorts([
      bought('a', '2026-01-15', '10'),
      refunded('a', '2026-02-15', '25'),
      day('a', '2026-03-15'),
      bought('a', '2026-04-15', '40'),
    ]);

    expect(pick(built.cohort_ltv, 'age_month', 'net', 'cumulative_net', 'ltv')).toEqual([
      { age_month: 0, net: '10.0000', cumulative_net: '10.0000', ltv: '10.0000' },
      { age_month: 1, net: '-25.0000', cumulative_net: '-15.0000', ltv: '-15.0000' },
      { age_month: 2, net: '0.0000', cumulative_net: '-15.0000', ltv: '-15.0000' },
      { age_month: 3, net: '40.0000', cumulative_net: '25.0000', ltv: '25.0000' },
    ]);
  });

  test('has no cohort of a month in which nobody ordered first, and holes in none', async () => {
    const built = await cohorts([
      bought('a', '2026-01-15', '10'),
      bought('a', '2026-02-15', '10'),
      bought('b', '2026-03-15', '10'),
    ]);

    expect(pick(built.cohort_ltv, 'cohort_month', 'age_month', 'orders', 'cumulative_net')).toEqual([
      { cohort_month: '2026-01-01', age_month: 0, orders: 1, cumulative_net: '10.0000' },
      { cohort_month: '2026-01-01', age_month: 1, orders: 1, cumulative_net: '20.0000' },
      { cohort_month: '2026-01-01', age_month: 2, orders: 0, cumulative_net: '20.0000' },
      { cohort_month: '2026-03-01', age_month: 0, orders: 1, cumulative_net: '10.0000' },
    ]);
  });

  test('moves a customer with all that he brought when an earlier order comes late', async () => {
    const known = [bought('a', '2026-03-15', '30'), bought('b', '2026-03-20', '10')];

    const before = await cohorts(known);
    const after = await cohorts([...known, bought('a', '2026-01-31', '5')]);

    const shown = ['cohort_month', 'age_month', 'cohort_size', 'cumulative_net'] as const;
    expect(pick(before.cohort_ltv, ...shown)).toEqual([
      { cohort_month: '2026-03-01', age_month: 0, cohort_size: 2, cumulative_net: '40.0000' },
    ]);
    expect(pick(after.cohort_ltv, ...shown)).toEqual([
      { cohort_month: '2026-01-01', age_month: 0, cohort_size: 1, cumulative_net: '5.0000' },
      { cohort_month: '2026-01-01', age_month: 1, cohort_size: 1, cumulative_net: '5.0000' },
      { cohort_month: '2026-01-01', age_month: 2, cohort_size: 1, cumulative_net: '35.0000' },
      { cohort_month: '2026-03-01', age_month: 0, cohort_size: 1, cumulative_net: '10.0000' },
    ]);
  });

  test('is final with the end of the month, the last day of February in a leap year too', async () => {
    const before = await cohorts([bought('a', '2024-02-10', '1')], '2024-02-29T23:59:59.999Z');
    const at = await cohorts([bought('a', '2024-02-10', '1')], '2024-03-01T00:00:00Z');

    expect([column(before.cohort_ltv, 'is_final'), column(at.cohort_ltv, 'is_final')]).toEqual([
      [false],
      [true],
    ]);
  });
});

describe('unallocated_net', () => {
  test('holds refunds before the first order and of customers without one, by month', async () => {
    const built = await cohorts([
      refunded('a', '2026-01-15', '1'),
      refunded('a', '2026-02-01', '2'),
      bought('a', '2026-02-20', '10'),
      refunded('b', '2026-01-20', '4'),
      refunded('c', '2026-01-20', '0.5'),
    ]);

    expect(pick(built.unallocated_net, 'month', 'reason', 'net')).toEqual([
      { month: '2026-01-01', reason: 'before_first_order', net: '-1.0000' },
      { month: '2026-01-01', reason: 'no_order', net: '-4.5000' },
    ]);
    expect(column(built.cohort_ltv, 'net')).toEqual(['8.0000']);
  });

  test('has no row for visitors', async () => {
    const built = await cohorts([day('a', '2026-01-15')]);

    expect(built.unallocated_net).toEqual([]);
    expect(built.cohort_ltv).toEqual([]);
  });
});
