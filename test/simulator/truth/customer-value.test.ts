import { describe, expect, it } from 'vitest';
import { cells, tell, tellPurchase, tellRefund, truthOf } from './history.ts';

/** The median gap of orders on these days of January. */
function medianOf(...days: readonly number[]) {
  const orders = days.map((day, index) =>
    tellPurchase(`2026-01-${String(day).padStart(2, '0')}T10:00:00Z`, `o${index}`, 10_000),
  );
  return cells(truthOf(orders).tables.customer_ltv, 'median_gap_days').flat();
}

describe('customer lifetimes of the truth', () => {
  it('sum up orders and refunds of all months, of buyers alone', () => {
    const { tables } = truthOf([
      tellRefund('2026-01-02T10:00:00Z', 'r0', 'elsewhere', 5_000),
      tellPurchase('2026-01-31T10:00:00Z', 'o1', 100_000, { discountE4: 10_000 }),
      tellPurchase('2026-02-03T10:00:00Z', 'o2', 0),
      tellPurchase('2026-02-10T10:00:00Z', 'euro', 70_000, { currency: 'EUR', discountE4: 1 }),
      tellRefund('2026-04-01T10:00:00Z', 'r1', 'o1', 20_000, { anonymousId: 'clerk', sessionId: 's2' }),
      tell('page_view', '2026-01-02T10:00:00Z', { anonymousId: 'd2', sessionId: 's3' }),
    ]);

    expect(
      cells(tables.customer_ltv, 'customer_id', 'cohort_month', 'first_order_at', 'last_order_at'),
    ).toEqual([['a:d1', '2026-01-01', '2026-01-31 10:00:00.000000', '2026-02-10 10:00:00.000000']]);
    expect(
      cells(tables.customer_ltv, 'orders', 'gross', 'discount', 'refunds', 'net', 'median_gap_days'),
    ).toEqual([[3, '10.0000', '1.0000', '2.5000', '6.5000', 3]]);
  });

  it('take the lower median of the gaps', () => {
    expect(medianOf(1)).toEqual([null]);
    expect(medianOf(1, 8)).toEqual([7]);
    expect(medianOf(1, 11, 14)).toEqual([3]);
    expect(medianOf(1, 10, 12, 17)).toEqual([5]);
    expect(medianOf(1, 9, 10, 14, 20)).toEqual([4]);
  });

  it('count gaps between dates: over midnight one day, within a date none', () => {
    const rows = truthOf([
      tellPurchase('2026-01-05T23:59:59Z', 'o1', 10_000),
      tellPurchase('2026-01-06T00:00:00Z', 'o2', 10_000),
      tellPurchase('2026-01-07T00:00:00Z', 'o3', 10_000, { anonymousId: 'd2' }),
      tellPurchase('2026-01-07T23:59:59Z', 'o4', 10_000, { anonymousId: 'd2' }),
    ]).tables.customer_ltv;

    expect(cells(rows, 'customer_id', 'median_gap_days')).toEqual([
      ['a:d1', 1],
      ['a:d2', 0],
    ]);
  });
});
