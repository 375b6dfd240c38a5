import { dateLiteral } from './models/literal.ts';
import type { Partition } from './models/model.ts';

/**
 * So many rows a file may hold before its period is cut into shorter ones. A run that changes one row writes the file
 * of its period again, so this bounds what it writes beside its own rows; and it keeps files from becoming tiny: whoever
 * has so few rows a year has one file a year.
 */
export const MAX_ROWS_OF_PERIOD = 30_000;

/** Rows of one partition: a date, or the first day of a month. */
export interface PartitionRows {
  readonly partition: string;
  readonly rows: number;
}

/** Rows that one file of a build holds. */
export interface FilePeriod {
  /** `2026`, `2026-03`, `2026-03-w2` (its days 8 to 14; w4 has the rest) or `2026-03-05`; null: the whole table. */
  readonly period: string | null;
  /** Those that hold its rows; null of an unpartitioned table. */
  readonly partitions: readonly string[] | null;
  /** Null where nobody counted. */
  readonly rows: number | null;
}

/** Lengths of periods, the longest first, with the period of a date. */
const LEVELS: readonly ((date: string) => string)[] = [
  (date) => date.slice(0, 4),
  (date) => date.slice(0, 7),
  (date) => `${date.slice(0, 7)}-w${weekOf(date)}`,
  (date) => date,
];
const MONTH_LEVEL = 1;
const DAY_LEVEL = 3;
/** Last days of the first three weeks of a month. */
const WEEK_ENDS = ['07', '14', '21'] as const;

function weekOf(date: string): number {
  return WEEK_ENDS.filter((last) => date.slice(8) > last).length + 1;
}

/**
 * How a table is cut into files: by the longest period (year, month, week of a month, day) of at most `maxRows` rows, no
 * shorter than its partitions. The same rows always give the same cut. A table without rows, or with a partition that is
 * no date, is one file.
 */
export function filePeriods(
  partition: Partition,
  found: readonly PartitionRows[],
  maxRows = MAX_ROWS_OF_PERIOD,
): readonly FilePeriod[] {
  // The year 9999 has no end that a date could tell.
  const isDated = found.every((each) => /^(?!9999)\d{4}-\d{2}-\d{2}$/.test(each.partition));
  if (partition.kind === 'none') return [{ period: null, partitions: null, rows: null }];
  if (!isDated || found.length === 0) return [periodOf(null, found)];
  return cut(found, 0, { shortest: partition.kind === 'month' ? MONTH_LEVEL : DAY_LEVEL, maxRows });
}

function cut(
  found: readonly PartitionRows[],
  level: number,
  limits: { readonly shortest: number; readonly maxRows: number },
): readonly FilePeriod[] {
  const groups = Map.groupBy(found, ({ partition }) => LEVELS[level]?.(partition) ?? partition);
  return [...groups].flatMap(([period, rows]) => {
    const isWhole = level === limits.shortest || rowsOf(rows) <= limits.maxRows;
    return isWhole ? [periodOf(period, rows)] : cut(rows, level + 1, limits);
  });
}

function periodOf(period: string | null, found: readonly PartitionRows[]): FilePeriod {
  return {
    period,
    partitions: found.map(({ partition }) => partition).sort(),
    rows: rowsOf(found),
  };
}

function rowsOf(found: readonly PartitionRows[]): number {
  return found.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * SELECT of partition and rows, for filePeriods; in the SQL that all engines share. Rows are counted by day first: truncating
 * the date of every row would take four times as long.
 */
export function renderPartitionRows(table: string, partition: Exclude<Partition, { kind: 'none' }>): string {
  const value = partition.kind === 'date' ? 'day' : `cast(date_trunc('month', day) as date)`;
  return `select cast(${value} as varchar) as partition_value, cast(sum(row_count) as bigint) as row_count
from (
  select ${partition.column} as day, count(*) as row_count
  from ${table}
  group by ${partition.column}
) as days
group by ${value}
order by 1`;
}

/** The period of a row, as an expression over the table's date column. */
export function renderPeriod(column: string, periods: readonly string[]): string {
  const day = `cast(${column} as varchar)`;
  const month = `substr(${day}, 1, 7)`;
  const ends = WEEK_ENDS.map((last, index) => `when substr(${day}, 9, 2) <= '${last}' then '-w${index + 1}'`);
  const levels = [
    { name: `substr(${day}, 1, 4)`, named: periods.filter((period) => period.length === 4) },
    { name: month, named: periods.filter((period) => period.length === 7) },
    { name: `${month} || case ${ends.join(' ')} else '-w4' end`, named: periods.filter(isWeek) },
  ];
  const branches = levels
    .filter(({ named }) => named.length > 0)
    .map(
      ({ name, named }) => `when ${name} in (${named.map((each) => `'${each}'`).join(', ')}) then ${name}`,
    );
  return branches.length === 0 ? day : `case ${branches.join(' ')} else ${day} end`;
}

/** A predicate that holds for the rows of the periods, and lets an engine skip what lies outside. */
export function renderPeriodBound(column: string, periods: readonly string[]): string {
  const bounds = periods.map(boundsOf);
  const first = bounds.map((bound) => bound.first).sort()[0] ?? '';
  const after =
    bounds
      .map((bound) => bound.after)
      .sort()
      .at(-1) ?? '';
  const each = bounds.map((bound) => within(column, bound));
  return `${within(column, { first, after })} and (${each.join(' or ')})`;
}

interface Bounds {
  readonly first: string;
  /** The first day behind. */
  readonly after: string;
}

function within(column: string, { first, after }: Bounds): string {
  return `(${column} >= ${dateLiteral(first)} and ${column} < ${dateLiteral(after)})`;
}

function boundsOf(period: string): Bounds {
  if (isWeek(period)) {
    const month = period.slice(0, 7);
    const week = Number(period.slice(9));
    const day = (number: number) => `${month}-${String(number).padStart(2, '0')}`;
    const after = week === 4 ? boundsOf(month).after : day(week * 7 + 1);
    return { first: day((week - 1) * 7 + 1), after };
  }
  const first = `${period}-01-01`.slice(0, 10);
  const date = new Date(`${first}T00:00:00Z`);
  if (period.length === 4) date.setUTCFullYear(date.getUTCFullYear() + 1);
  else if (period.length === 7) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + 1);
  return { first, after: date.toISOString().slice(0, 10) };
}

function isWeek(period: string): boolean {
  return period.includes('w');
}
