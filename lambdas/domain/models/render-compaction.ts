import type { SqlDialect } from './dialect.ts';
import type { Model } from './model.ts';

/**
 * So many files in one partition, as Athena's OPTIMIZE counts them, or of deleted rows in a table (Athena: two of one data
 * file) are worth a rewrite.
 */
export const MANY_FILES = 5;

/** Snapshots of so many days stay readable as of their time; Trino keeps at least these, Athena five. */
const DAYS_KEPT = 7;

/** Whether its files grow with runs: tables, and the sources that runs add rows to. */
export function hasFiles(model: Model): boolean {
  if (model.kind === 'table') return true;
  return model.kind === 'source' && (model.origin === 'rows' || model.origin === 'history');
}

/**
 * One row on the files of an Iceberg table: data_files, delete_files, size_bytes, crowded_partitions (of many files) and
 * old_snapshots (those that may go).
 */
export function renderFileCounts(table: string): string {
  return `with files as (
  select
    count(case when content = 0 then 1 end) as data_files,
    count(case when content <> 0 then 1 end) as delete_files,
    coalesce(sum(file_size_in_bytes), 0) as size_bytes
  from "${table}$files"
),
partitions as (
  select count(*) as crowded_partitions from "${table}$partitions" where file_count >= ${MANY_FILES}
),
snapshots as (
  select count(*) as old_snapshots
  from "${table}$snapshots"
  where committed_at < current_timestamp - interval '${DAYS_KEPT}' day
    and committed_at < (select max(committed_at) from "${table}$snapshots")
)
select data_files, delete_files, size_bytes, crowded_partitions, old_snapshots
from files cross join partitions cross join snapshots`;
}

/** Rewrites small files and those with deleted rows; the rows stay as they are. Without effect when there are none. */
export function renderOptimize(table: string, dialect: Exclude<SqlDialect, 'duckdb'>): string {
  return dialect === 'athena'
    ? `optimize ${table} rewrite data using bin_pack`
    : `alter table ${table} execute optimize(file_size_threshold => '128MB')`;
}

/** Lets go of old snapshots, of files that only they name, and of files that no snapshot names. */
export function renderVacuum(table: string, dialect: Exclude<SqlDialect, 'duckdb'>): readonly string[] {
  if (dialect === 'athena') return [`vacuum ${table}`];
  return ['expire_snapshots', 'remove_orphan_files'].map(
    (procedure) => `alter table ${table} execute ${procedure}(retention_threshold => '${DAYS_KEPT}d')`,
  );
}
