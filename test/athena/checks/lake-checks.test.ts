import { describe, expect, test } from 'vitest';
import { type GivenRow, runCheckQuery } from '../harness.ts';
import { lakeState, ledgerRow, staged } from '../rows.ts';

describe('freshness', () => {
  const LEDGER = [
    ledgerRow({ ledger_id: 'a', source: 'events', max_arrival_time: '2026-01-10T00:00:00Z' }),
    ledgerRow({ ledger_id: 'b', source: 'events', max_arrival_time: '2026-01-09T00:00:00Z' }),
    ledgerRow({ ledger_id: 'c', source: 'fakestore_carts', max_arrival_time: '2026-01-10T02:00:00Z' }),
  ];
  const limits = (row: GivenRow) => [{ source: 'events', ...row }];

  async function found(check: 'warn' | 'error', row: GivenRow) {
    const rows = await runCheckQuery(`freshness_${check}`, { ledger: LEDGER, freshness_limits: limits(row) });
    return rows.map(({ source, age_s }) => [source, age_s]);
  }

  test('counts until the newest arrival of any source, to the second: at the limit it is fresh', async () => {
    expect(await found('warn', { warn_after_s: 7_200 })).toEqual([]);
    expect(await found('warn', { warn_after_s: 7_199 })).toEqual([['events', 7_200]]);
    expect(await found('error', { error_after_s: 7_200 })).toEqual([]);
    expect(await found('error', { error_after_s: 7_199 })).toEqual([['events', 7_200]]);
  });

  test('counts until a given time where there is one', async () => {
    const as_of = '2026-01-10T00:00:10.000001Z';

    expect(await found('warn', { warn_after_s: 10, as_of })).toEqual([['events', 10]]);
    expect(await found('warn', { warn_after_s: 11, as_of })).toEqual([]);
  });

  test('an age is told once: above the limit for an error it is an error alone', async () => {
    const row = { warn_after_s: 60, error_after_s: 3_600 };

    expect(await found('warn', row)).toEqual([]);
    expect(await found('error', row)).toEqual([['events', 7_200]]);
  });

  test('without a limit any age is fresh', async () => {
    expect(await found('warn', {})).toEqual([]);
    expect(await found('error', { warn_after_s: 1 })).toEqual([]);
  });
});

describe('volume_daily', () => {
  /** Events of a type on a day of January 2026, within its last minute. */
  function day(date: number, count: number, type = 'page_view'): GivenRow[] {
    return Array.from({ length: count }, (_, index) =>
      staged(`${type}-${date}-${index}`, `2026-01-${String(date).padStart(2, '0')}T23:59:00Z`, {
        event_type: type,
      }),
    );
  }
  const NEWEST = day(20, 1);
  /** The 14 days before the 19th. */
  const usual = (count: number, days = 14) =>
    Array.from({ length: days }, (_, index) => day(18 - index, count)).flat();

  async function found(rows: readonly GivenRow[]) {
    const bad = await runCheckQuery('volume_daily', { stg_events: [...rows, ...NEWEST] });
    return bad.map(({ series, arrival_date, events, median_events }) => [
      series,
      arrival_date,
      events,
      median_events,
    ]);
  }

  test('judges the newest day that is over: half and three times the median are usual, beyond is not', async () => {
    const before = usual(100);

    expect(await found([...before, ...day(19, 50)])).toEqual([]);
    expect(await found([...before, ...day(19, 300)])).toEqual([]);
    expect(await found([...before, ...day(19, 49)])).toEqual([
      ['all', '2026-01-19', 49, 100],
      ['page_view', '2026-01-19', 49, 100],
    ]);
    expect((await found([...before, ...day(19, 301)])).length).toBe(2);
  });

  test('a day without any is found, and one type that stopped while the others go on', async () => {
    expect((await found(usual(100)))[0]).toEqual(['all', '2026-01-19', 0, 100]);
    const both = [...usual(100), ...Array.from({ length: 14 }, (_, i) => day(18 - i, 100, 'search')).flat()];

    expect(await found([...both, ...day(19, 200)])).toEqual([['search', '2026-01-19', 0, 100]]);
  });

  test('outliers do not move the median; days without arrivals count as none', async () => {
    const rows = [...usual(100, 10), ...day(8, 2_000)];

    // Ten of a hundred, one of two thousand, three of none: the middle two are a hundred each.
    expect((await found([...rows, ...day(19, 10)]))[0]).toEqual(['all', '2026-01-19', 10, 100]);
  });

  test('says nothing on less than ten days, or below a hundred events', async () => {
    expect(await found(usual(100, 9))).toEqual([]);
    expect((await found(usual(100, 10))).length).toBe(2);
    expect(await found(usual(99))).toEqual([]);
    expect(await found([])).toEqual([]);
  });
});

describe('finality_follows_watermark', () => {
  const sales = (is_final: boolean): GivenRow => ({
    ...{ sale_date: '2026-01-05', order_source: 'web', channel: 'email', country: 'DE', is_final },
    ...{ orders: 0, units: 0, gross: '0', discount: '0', refunds: '0', net: '0' },
  });

  async function found(watermark: string | null, is_final: boolean, ledger: readonly GivenRow[] = []) {
    const rows = await runCheckQuery('finality_follows_watermark', {
      lake_state: [lakeState({ watermark })],
      daily_sales: [sales(is_final)],
      ledger,
    });
    return rows.map(({ sale_date }) => sale_date);
  }

  test('a day is final from the watermark at its end on, and not a microsecond before', async () => {
    const [end, before] = ['2026-01-06T00:00:00Z', '2026-01-05T23:59:59.999999Z'];

    expect(await found(end, true)).toEqual([]);
    expect(await found(before, false)).toEqual([]);
    expect(await found(before, true)).toEqual(['2026-01-05']);
    expect(await found(end, false)).toEqual(['2026-01-05']);
  });

  test('without a watermark nothing is final, and no batch of events may have landed', async () => {
    const file = ledgerRow({ ledger_id: 'f', source: 'fakestore_carts' });

    expect(await found(null, false, [file])).toEqual([]);
    expect(await found(null, true)).toEqual(['2026-01-05']);
    expect(await found(null, false, [ledgerRow({ ledger_id: 'a', source: 'events' })])).toEqual([null]);
  });
});
