import { dateLiteral } from './models/literal.ts';
import type { Partition } from './models/model.ts';

/**
 * So many rows a file may hold before its period is cut into shorter ones. A run that changes one row writes the file
 * of its period again, so this bounds what it writes beside its own rows; and it keeps files from becoming tiny: whoever
 * has so few rows a year has one file a year.
 */
export const MAX_ROWS_OF_PERIOD = 100_000;

/** Rows of one partition: a date, or the first day of a month. */
export interface PartitionRows {
  readonly partition: string;
  readonly rows: number;
}

/** Rows that one file of a build holds. */
export interface FilePeriod {
  /** `2026`, `2026-03` or `2026-03-05`; null: the whole table. */
  readonly period: string | null;
  /** Those that hold its rows; null of an unpartitioned table. */
  readonly partitions: readonly string[] | null;
  /** Null where nobody counted. */
  readonly rows: number | null;
}

const LENGTHS = { year: 4, month: 7, day: 10 } as const;

/**
 * How a table is cut into files: by the longest calendar period (year, month, day) of at most `maxRows` rows,
 * no shorter than its partitions. The same rows always give the same cut. A table without rows, or with a partition
 * that is no date, is one file.
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
  const shortest = partition.kind === 'month' ? LENGTHS.month : LENGTHS.day;
  return cut(found, LENGTHS.year, { shortest, maxRows });
}

function cut(
  found: readonly PartitionRows[],
  length: number,
  limits: { readonly shortest: number; readonly maxRows: number },
): readonly FilePeriod[] {
  const groups = Map.groupBy(found, ({ partition }) => partition.slice(0, length));
  const next = length === LENGTHS.year ? LENGTHS.month : LENGTHS.day;
  return [...groups].flatMap(([period, rows]) => {
    const isWhole = length === limits.shortest || rowsOf(rows) <= limits.maxRows;
    return isWhole ? [periodOf(period, rows)] : cut(rows, next, limits);
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

/** SELECT of partition and rows, for filePeriods; in the SQL that all engines share. */
export function renderPartitionRows(table: string, partition: Exclude<Partition, { kind: 'none' }>): string {
  const value =
    partition.kind === 'date' ? partition.column : `cast(date_trunc('month', ${partition.column}) as date)`;
  return `select cast(partition_date as varchar) as partition_value, row_count
from (
  select ${value} as partition_date, cast(count(*) as bigint) as row_count
  from ${table}
  group by ${value}
) as partition_rows
order by 1`;
}

/** The period of a row, as an expression over the table's date column. */
export function renderPeriod(column: string, periods: readonly string[]): string {
  const day = `cast(${column} as varchar)`;
  const branches = [LENGTHS.year, LENGTHS.month].flatMap((length) => {
    const names = periods.filter((period) => period.length === length).map((period) => `'${period}'`);
    const name = `substr(${day}, 1, ${length})`;
    return names.length === 0 ? [] : [`when ${name} in (${names.join(', ')}) then ${name}`];
  });
  return branches.length === 0 ? day : `case ${branches.join(' ')} else ${day} end`;
}

/** A predicate that holds for the rows of the periods, and lets an engine skip what lies outside. */
export function renderPeriodBound(column: string, periods: readonly string[]): string {
  const bounds = periods.map((period) => ({ first: firstDay(period), after: dayAfter(period) }));
  const first = bounds.map((bound) => bound.first).sort()[0] ?? '';
  const after =
    bounds
      .map((bound) => bound.after)
      .sort()
      .at(-1) ?? '';
  const each = bounds.map((bound) => within(column, bound.first, bound.after));
  return `${within(column, first, after)} and (${each.join(' or ')})`;
}

function within(column: string, first: string, after: string): string {
  return `(${column} >= ${dateLiteral(first)} and ${column} < ${dateLiteral(after)})`;
}

function firstDay(period: string): string {
  return `${period}-01-01`.slice(0, LENGTHS.day);
}

/** The first day behind the period. */
function dayAfter(period: string): string {
  const date = new Date(`${firstDay(period)}T00:00:00Z`);
  if (period.length === LENGTHS.year) date.setUTCFullYear(date.getUTCFullYear() + 1);
  else if (period.length === LENGTHS.month) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, LENGTHS.day);
}
