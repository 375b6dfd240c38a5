import { describe, expect, it } from 'vitest';
import { divideRounded } from '../../../simulator/truth/row.ts';
import { cells, settleUntil, tell, tellPurchase, tellRefund, truthOf } from './history.ts';

describe('division of money in the truth', () => {
  it('rounds half away from zero, on both sides of zero', () => {
    const halves = [
      [5n, 2],
      [-5n, 2],
      [1n, 3],
      [2n, 3],
      [-2n, 3],
      [0n, 7],
    ] as const;

    expect(halves.map(([amount, by]) => divideRounded(amount, by))).toEqual([3n, -3n, 0n, 1n, -1n, 0n]);
  });
});

describe('retention of the truth', () => {
  it('counts ISO weeks over the new year from Monday to Monday', () => {
    const rows = truthOf([
      tell('page_view', '2026-12-28T00:00:00Z'),
      tell('page_view', '2027-01-03T23:59:59Z'),
      tell('page_view', '2027-01-04T00:00:00Z'),
    ]).tables.cohort_retention.filter((row) => row.period === 'week');

    expect(cells(rows, 'cohort_kind', 'cohort_start', 'period_index', 'returned')).toEqual([
      ['visit', '2026-12-28', 0, 1],
      ['visit', '2026-12-28', 1, 1],
    ]);
  });

  it('is dense up to the newest date of all, and knows who comes back later', () => {
    const rows = truthOf([
      tell('page_view', '2026-01-31T10:00:00Z'),
      tell('page_view', '2026-04-01T10:00:00Z'),
    ]).tables.cohort_retention.filter((row) => row.period === 'month');

    expect(cells(rows, 'period_index', 'cohort_size', 'returned', 'returned_or_later')).toEqual([
      [0, 1, 1, 1],
      [1, 1, 0, 1],
      [2, 1, 0, 1],
      [3, 1, 1, 1],
    ]);
  });

  it('gives a rate only once the period has ended before the watermark', () => {
    const rateAt = (watermark: string) =>
      cells(
        truthOf([tell('page_view', '2026-01-05T10:00:00Z'), settleUntil(watermark)]).tables.cohort_retention,
        'period',
        'rate',
        'is_final',
      );

    expect(rateAt('2026-01-12T00:00:00Z')).toContainEqual(['week', 1, true]);
    expect(rateAt('2026-01-11T23:59:59.999Z')).toContainEqual(['week', null, false]);
  });

  it('takes advertising for no visit', () => {
    const { tables } = truthOf([tell('ad_click', '2026-01-05T10:00:00Z', { campaignId: 'c' })]);

    expect(tables.cohort_retention).toEqual([]);
    expect(tables.dim_device).toEqual([]);
    expect(tables.stg_events).toHaveLength(1);
  });
});

describe('lifetime value of the truth', () => {
  it('divides the cumulated net by all members', () => {
    const rows = truthOf([
      tellPurchase('2026-01-05T10:00:00Z', 'o1', 100_000, { userId: 'ann' }),
      tellPurchase('2026-01-06T10:00:00Z', 'o2', 100_000, { userId: 'bob', anonymousId: 'd2' }),
      tellPurchase('2026-01-07T10:00:00Z', 'o3', 100_001, { userId: 'cy', anonymousId: 'd3' }),
      tellPurchase('2026-03-07T10:00:00Z', 'o4', 4, { userId: 'ann' }),
      tellRefund('2026-02-01T10:00:00Z', 'r1', 'o2', 100_002),
    ]).tables.cohort_ltv;

    expect(cells(rows, 'age_month', 'active_customers', 'orders', 'net', 'cumulative_net', 'ltv')).toEqual([
      [0, 3, 3, '30.0001', '30.0001', '10.0000'],
      [1, 0, 0, '-10.0002', '19.9999', '6.6666'],
      [2, 1, 1, '0.0004', '20.0003', '6.6668'],
    ]);
  });

  it('puts refunds without an order, and those before the first one, beside the cohorts', () => {
    const { tables } = truthOf([
      tellRefund('2026-01-05T10:00:00Z', 'r1', 'counter-1', 50_000, { userId: 'ann' }),
      tellRefund('2026-01-05T10:00:00Z', 'r2', 'counter-2', 70_000, { userId: 'bob', anonymousId: 'd2' }),
      tellPurchase('2026-02-05T10:00:00Z', 'o1', 100_000, { userId: 'ann' }),
    ]);

    expect(cells(tables.unallocated_net, 'month', 'reason', 'net')).toEqual([
      ['2026-01-01', 'before_first_order', '-5.0000'],
      ['2026-01-01', 'no_order', '-7.0000'],
    ]);
    expect(cells(tables.cohort_ltv, 'cohort_month', 'net')).toEqual([['2026-02-01', '10.0000']]);
  });
});
