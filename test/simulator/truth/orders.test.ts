import { describe, expect, it } from 'vitest';
import { cells, tell, tellPurchase, tellRefund, truthOf } from './history.ts';

describe('orders of the truth', () => {
  it('are renumbered by an older order that arrives later', () => {
    const newer = tellPurchase('2026-01-06T10:00:00Z', 'o-new', 10_000, { userId: 'ann' });
    const older = tellPurchase('2026-01-05T10:00:00Z', 'o-old', 10_000, {
      userId: 'ann',
      arrives: '2026-01-07T10:00:00Z',
    });

    const before = truthOf([newer]).tables.fct_orders;
    const after = truthOf([newer, older]).tables.fct_orders;

    expect(cells(before, 'order_id', 'order_number')).toEqual([['o-new', 1]]);
    expect(cells(after, 'order_id', 'order_number')).toEqual([
      ['o-new', 2],
      ['o-old', 1],
    ]);
  });

  it('are the first purchase by event time, also when it arrives last; others count as events only', () => {
    const { tables, totals } = truthOf([
      tellPurchase('2026-01-05T10:00:02Z', 'o1', 10_000, { id: 1, arrives: '2026-01-05T10:00:03Z' }),
      tellPurchase('2026-01-05T10:00:01Z', 'o1', 20_000, { id: 2, arrives: '2026-01-05T10:00:09Z' }),
    ]);

    expect(cells(tables.fct_orders, 'ordered_at', 'gross', 'lines')).toEqual([
      ['2026-01-05 10:00:01.000000', '2.0000', 1],
    ]);
    expect(cells(tables.customer_days, 'events', 'orders')).toEqual([[2, 1]]);
    expect(tables.stg_order_lines).toHaveLength(1);
    expect(totals.revenue).toBe('2.0000');
  });

  it('subtract discount and refunds, but neither shipping nor tax', () => {
    const { tables } = truthOf([
      tellPurchase('2026-01-05T10:00:00Z', 'o1', 100_000, {
        discountE4: 15_000,
        shippingE4: 40_000,
        taxE4: 8_000,
      }),
      tellRefund('2026-01-08T10:00:00Z', 'r1', 'o1', 30_000),
      tellRefund('2026-01-09T10:00:00Z', 'r1', 'o1', 99_000),
    ]);

    expect(cells(tables.fct_orders, 'gross', 'discount', 'refunded', 'net')).toEqual([
      ['10.0000', '1.5000', '3.0000', '5.5000'],
    ]);
    expect(cells(tables.customer_days, 'activity_date', 'net')).toEqual([
      ['2026-01-05', '8.5000'],
      ['2026-01-08', '-3.0000'],
      ['2026-01-09', '0.0000'],
    ]);
  });

  it('in another currency than the first purchase count, but their money does not', () => {
    const { tables, totals } = truthOf([
      tellPurchase('2026-01-05T10:00:00Z', 'o1', 10_000),
      tellPurchase('2026-01-05T11:00:00Z', 'o2', 70_000, { currency: 'EUR' }),
      tellRefund('2026-01-05T12:00:00Z', 'r2', 'o2', 70_000, { currency: 'EUR' }),
    ]);

    expect(totals.reportingCurrency).toBe('USD');
    expect(cells(tables.fct_orders, 'order_id', 'original_currency', 'units', 'gross', 'net')).toEqual([
      ['o1', 'USD', 1, '1.0000', '1.0000'],
      ['o2', 'EUR', 1, null, null],
    ]);
    expect(cells(tables.fct_refunds, 'amount', 'currency')).toEqual([[null, 'EUR']]);
    expect(cells(tables.daily_sales, 'orders', 'gross', 'refunds', 'average_order')).toEqual([
      [2, '1.0000', '0.0000', '0.5000'],
    ]);
  });

  it('take channel and country from their session up to themselves', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T10:00:00Z', { channel: 'email' }),
      tellPurchase('2026-01-05T10:01:00Z', 'o1', 10_000),
      tell('page_view', '2026-01-05T10:02:00Z', { channel: 'social', country: 'FR' }),
    ]);

    expect(cells(tables.fct_orders, 'channel', 'country')).toEqual([['email', 'unknown']]);
    expect(cells(tables.fct_sessions, 'channel', 'country', 'revenue')).toEqual([['email', 'FR', '1.0000']]);
  });

  it('stand in daily sales on every date from the first of their group', () => {
    const { tables } = truthOf([
      tellPurchase('2026-01-05T10:00:00Z', 'o1', 10_001, { channel: 'email' }),
      tellPurchase('2026-01-05T11:00:00Z', 'o2', 10_000, { channel: 'email' }),
      tellRefund('2026-01-07T10:00:00Z', 'r1', 'o1', 10_000),
      tellRefund('2026-01-07T10:00:00Z', 'r2', 'counter', 5_000, { sessionId: 's2' }),
      tellPurchase('2026-01-08T10:00:00Z', 'o3', 10_000, { channel: 'email', sessionId: 's3' }),
    ]);

    expect(
      cells(tables.daily_sales, 'sale_date', 'channel', 'orders', 'average_order', 'net', 'previous_day_net'),
    ).toEqual([
      ['2026-01-05', 'email', 2, '1.0001', '2.0001', null],
      ['2026-01-06', 'email', 0, null, '0.0000', '2.0001'],
      ['2026-01-07', 'email', 0, null, '-1.0000', '0.0000'],
      ['2026-01-07', 'unknown', 0, null, '-0.5000', null],
      ['2026-01-08', 'email', 1, '1.0000', '1.0000', '-1.0000'],
      ['2026-01-08', 'unknown', 0, null, '0.0000', '-0.5000'],
    ]);
  });
});
