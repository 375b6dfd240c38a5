import { describe, expect, it } from 'vitest';
import {
  filePeriods,
  MAX_ROWS_OF_PERIOD,
  renderPeriod,
  renderPeriodBound,
} from '../../../lambdas/domain/build-files.ts';

const BY_DATE = { kind: 'date' as const, column: 'day' };
const BY_MONTH = { kind: 'month' as const, column: 'day' };
const rowsOf = (...found: readonly (readonly [string, number])[]) =>
  found.map(([partition, rows]) => ({ partition, rows }));
const names = (...args: Parameters<typeof filePeriods>) => filePeriods(...args).map(({ period }) => period);

describe('a table is cut into files', () => {
  it('by year, as long as a year has no more rows than a file may hold', () => {
    const found = rowsOf(['2025-12-31', 1], ['2026-01-01', MAX_ROWS_OF_PERIOD - 1], ['2026-07-01', 1]);

    expect(filePeriods(BY_DATE, found)).toEqual([
      { period: '2025', partitions: ['2025-12-31'], rows: 1 },
      { period: '2026', partitions: ['2026-01-01', '2026-07-01'], rows: MAX_ROWS_OF_PERIOD },
    ]);
  });

  it('by month, week and day beyond that, each period for itself', () => {
    const found = rowsOf(
      ['2025-05-01', 7],
      ['2026-01-01', MAX_ROWS_OF_PERIOD],
      ['2026-01-07', 1],
      ['2026-01-08', 2],
      ['2026-01-14', 2],
      ['2026-01-15', 1],
      ['2026-01-22', 1],
      ['2026-01-31', MAX_ROWS_OF_PERIOD - 1],
      ['2026-02-28', 3],
    );

    expect(names(BY_DATE, found)).toEqual([
      ...['2025', '2026-01-01', '2026-01-07', '2026-01-w2', '2026-01-w3', '2026-01-w4', '2026-02'],
    ]);
  });

  it('no finer than its partitions', () => {
    const found = rowsOf(['2026-01-01', 10 * MAX_ROWS_OF_PERIOD], ['2026-02-01', 1]);

    expect(names(BY_MONTH, found)).toEqual(['2026-01', '2026-02']);
  });

  it('not at all without partitions, rows, or dates that a calendar has', () => {
    expect(filePeriods({ kind: 'none' }, [])).toEqual([{ period: null, partitions: null, rows: null }]);
    expect(filePeriods(BY_DATE, [])).toEqual([{ period: null, partitions: [], rows: 0 }]);
    for (const odd of ['null', '12026-01-01', '9999-12-31']) {
      expect(names(BY_DATE, rowsOf(['2026-01-01', 1], [odd, 1]))).toEqual([null]);
    }
  });

  it('into few files however long and thin its history is', () => {
    const days = Array.from({ length: 3 * 365 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
    );

    expect(names(BY_DATE, rowsOf(...days.map((day) => [day, 80] as const)))).toHaveLength(3);
    expect(names(BY_DATE, rowsOf(...days.map((day) => [day, 900] as const)))).toHaveLength(36);
    expect(names(BY_DATE, rowsOf(...days.map((day) => [day, 2_500] as const)))).toHaveLength(4 * 36);
    expect(names(BY_DATE, rowsOf(...days.map((day) => [day, 110_000] as const)))).toHaveLength(1_095);
  });
});

describe('a period in SQL', () => {
  it('is named by the length at which it is cut', () => {
    expect(renderPeriod('day', ['2025', '2026-01', '2026-02-03'])).toBe(
      "case when substr(cast(day as varchar), 1, 4) in ('2025') then substr(cast(day as varchar), 1, 4) " +
        "when substr(cast(day as varchar), 1, 7) in ('2026-01') then substr(cast(day as varchar), 1, 7) " +
        'else cast(day as varchar) end',
    );
    expect(renderPeriod('day', ['2026-01-w4'])).toContain(
      "|| case when substr(cast(day as varchar), 9, 2) <= '07' then '-w1'",
    );
    expect(renderPeriod('day', ['2026-02-03'])).toBe('cast(day as varchar)');
  });

  it.each([
    ['2024', '2024-01-01', '2025-01-01'],
    ['2026-12', '2026-12-01', '2027-01-01'],
    ['2024-02', '2024-02-01', '2024-03-01'],
    ['2024-02-29', '2024-02-29', '2024-03-01'],
    ['2026-03-w1', '2026-03-01', '2026-03-08'],
    ['2026-03-w3', '2026-03-15', '2026-03-22'],
    ['2024-02-w4', '2024-02-22', '2024-03-01'],
    ['2026-12-w4', '2026-12-22', '2027-01-01'],
  ])('%s begins and ends with the calendar', (period, first, after) => {
    const bound = `(day >= date '${first}' and day < date '${after}')`;

    expect(renderPeriodBound('day', [period])).toBe(`${bound} and (${bound})`);
  });
});
