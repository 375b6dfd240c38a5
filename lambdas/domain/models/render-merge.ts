import { dateLiteral } from './literal.ts';
import type { Partition, TableModel } from './model.ts';

/** Athena opens at most 100 partitions in one statement (facts-aws §0.8). */
export const MAX_PARTITIONS_PER_MERGE = 100;

type Mergeable = Pick<TableModel, 'name' | 'key' | 'columns' | 'partition'>;

/**
 * What must change for the table to hold exactly `newRows` instead of `oldRows`: a SELECT of op and the row before or
 * after. `I` inserted, `U` updated (as it becomes), `D` deleted (as it was), and `B`, an updated row as it was. A MERGE
 * takes the first three; the models behind the table look at all, and at `T`, a row to look at again though it is equal.
 * It joins on key *and* partition column, so a row that moves to another partition is deleted in one and inserted in the
 * other; equal rows do not appear, so a second run changes nothing.
 *
 * @param newRows a relation with the model's columns: a table name, or a SELECT in parentheses
 * @param oldRows the rows of the table that they replace, likewise
 */
export function renderChanges(model: Mergeable, newRows: string, oldRows: string = model.name): string {
  const joined = joinColumns(model);
  const others = model.columns.map((column) => column.name).filter((name) => !joined.includes(name));
  const differs = others.map((name) => `or new_row.${name} is distinct from old_row.${name}`);
  const columns = [
    ...joined.map((name) => `coalesce(new_row.${name}, old_row.${name}) as ${name}`),
    ...others.map(
      (name) => `case when image.is_after = 1 then new_row.${name} else old_row.${name} end as ${name}`,
    ),
  ];
  return `select
  case
    when new_row.is_present is null then 'D'
    when old_row.is_present is null then 'I'
    when image.is_after = 1 then 'U'
    else 'B'
  end as op,
  ${columns.join(',\n  ')}
from (select 1 as is_present, ${columnList(model)} from ${newRows} as new_rows) as new_row
full outer join (select 1 as is_present, ${columnList(model)} from ${oldRows} as old_rows) as old_row
  on ${joined.map((name) => `new_row.${name} = old_row.${name}`).join('\n  and ')}
cross join (values (0), (1)) as image (is_after)
where (
    new_row.is_present is null
    or old_row.is_present is null
    ${differs.join('\n    ')}
  )
  and (image.is_after = 1 or new_row.is_present is null or old_row.is_present is not null)
  and (image.is_after = 0 or new_row.is_present is not null)`;
}

/** No changes, in the shape of renderChanges: what a table that a run leaves alone shows to the models behind it. */
export function renderNoChanges(model: Mergeable): string {
  return `select cast('I' as varchar) as op, ${columnList(model)}
from ${model.name}
where false`;
}

/** Counts of changes by op and partition: the report, and the literal bound of the MERGE. */
export function renderChangeCounts(model: Mergeable, changes: string): string {
  const partition = partitionValue(model.partition);
  return `select op, ${partition} as partition_value, cast(count(*) as bigint) as changed
from ${changes} as changes
where op in ('I', 'U', 'D')
group by 1, 2`;
}

/** What renderFindings says in place of an op: keys that stand more than once or are null; rows with a null elsewhere. */
export const BAD_KEYS = 'bad keys';
export const BAD_NULLS = 'bad nulls';

/**
 * Counts (renderChangeCounts or renderRowCounts), and in the same shape how much is wrong with the rows behind them: 0
 * each, or nothing may be written.
 */
export function renderFindings(model: Mergeable, newRows: string, counts: string): string {
  const required = requiredColumns(model);
  const hasNull = required.map((name) => `${name} is null`).join(' or ');
  const faults = [
    `select '${BAD_KEYS}' as op, cast(null as varchar) as partition_value, cast(count(*) as bigint) as changed
from (
  select ${model.key.join(', ')}
  from ${newRows} as keyed
  group by ${model.key.join(', ')}
  having count(*) > 1 or ${model.key.map((name) => `${name} is null`).join(' or ')}
) as broken`,
    `select '${BAD_NULLS}' as op, cast(null as varchar) as partition_value, cast(count(*) as bigint) as changed
from ${newRows} as new_rows
where ${hasNull}`,
  ];
  return [counts, ...faults.slice(0, required.length === 0 ? 1 : 2)].join('\nunion all\n');
}

/**
 * The one MERGE of a model over the given partitions (at most 100; ignored for an unpartitioned table).
 * `changes` has a unique key: the runner asserts it before.
 */
export function renderMerge(model: Mergeable, changes: string, partitions: readonly string[]): string {
  const joined = joinColumns(model);
  const names = model.columns.map((column) => column.name);
  const others = names.filter((name) => !joined.includes(name));
  const sourceBound = bound(model.partition, partitions, 'changes');
  const targetBound = bound(model.partition, partitions, 'target');
  const update =
    others.length === 0
      ? []
      : [
          `when matched and change.op = 'U' then update set\n  ${others.map((name) => `${name} = change.${name}`).join(',\n  ')}`,
        ];
  return [
    `merge into ${model.name} as target`,
    `using (select * from ${changes} as changes where op in ('I', 'U', 'D')${sourceBound === '' ? '' : ` and ${sourceBound}`}) as change`,
    `on ${joined.map((name) => `target.${name} = change.${name}`).join('\n  and ')}${targetBound === '' ? '' : `\n  and ${targetBound}`}`,
    `when matched and change.op = 'D' then delete`,
    ...update,
    `when not matched and change.op = 'I' then insert (${names.join(', ')})`,
    `  values (${names.map((name) => `change.${name}`).join(', ')})`,
  ].join('\n');
}

/**
 * The same over all partitions in two statements, for DuckDB: its UPDATE writes every touched row group anew, so that a
 * few rows cost as much as the table; rows taken out and put in again cost themselves (decision 0044).
 *
 * @param ops those that stand among the changes: what they do not ask for is left out
 */
export function renderReplacement(
  model: Mergeable,
  changes: string,
  ops: ReadonlySet<string> = new Set(['I', 'U', 'D']),
): readonly string[] {
  const joined = joinColumns(model);
  const names = model.columns.map((column) => column.name).join(', ');
  const taken = [
    `delete from ${model.name}`,
    `using ${changes} as change`,
    `where change.op in ('U', 'D')`,
    ...joined.map((name) => `  and ${model.name}.${name} = change.${name}`),
  ];
  const put = [
    `insert into ${model.name} (${names})`,
    `select ${names}`,
    `from ${changes} as change`,
    `where change.op in ('I', 'U')`,
  ];
  const statements = [ops.has('U') || ops.has('D') ? taken : [], ops.has('I') || ops.has('U') ? put : []];
  return statements.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

/** Rows by partition, in the shape of renderChangeCounts: what an empty table takes. */
export function renderRowCounts(model: Mergeable, newRows: string): string {
  return `select 'I' as op, ${partitionValue(model.partition)} as partition_value, cast(count(*) as bigint) as changed
from ${newRows} as new_rows
group by 1, 2`;
}

/** The INSERT that fills an empty table, over the given partitions as renderMerge takes them; null: over all. */
export function renderFill(model: Mergeable, newRows: string, partitions: readonly string[] | null): string {
  const names = model.columns.map((column) => column.name).join(', ');
  const rowBound = partitions === null ? '' : bound(model.partition, partitions, 'new_rows');
  return [
    `insert into ${model.name} (${names})`,
    `select ${names}`,
    `from ${newRows} as new_rows${rowBound === '' ? '' : `\nwhere ${rowBound}`}`,
  ].join('\n');
}

/** Rows that break the promise of a key: null or repeated. The runner fails on the first. */
export function renderKeyViolations(model: Mergeable, newRows: string): string {
  const key = model.key.join(', ');
  const isNull = model.key.map((name) => `${name} is null`).join(' or ');
  return `select ${model.key.map((name) => `cast(${name} as varchar) as ${name}`).join(', ')}, cast(count(*) as bigint) as copies
from ${newRows} as new_rows
group by ${key}
having count(*) > 1 or ${isNull}
order by ${key}
limit 10`;
}

/** One row: by column, how many rows have null where none may be; the key's columns aside. */
export function renderNullCounts(model: Mergeable, newRows: string): string {
  const counts = requiredColumns(model).map(
    (name) => `cast(count(case when ${name} is null then 1 end) as bigint) as ${name}`,
  );
  return `select ${counts.join(', ')}\nfrom ${newRows} as new_rows`;
}

function requiredColumns({ columns, key }: Mergeable): readonly string[] {
  return columns.flatMap(({ name, isNullable }) => (isNullable || key.includes(name) ? [] : [name]));
}

/** Splits partition values into the statements they take. */
export function chunkPartitions(partitions: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  for (let start = 0; start < partitions.length; start += MAX_PARTITIONS_PER_MERGE) {
    chunks.push(partitions.slice(start, start + MAX_PARTITIONS_PER_MERGE));
  }
  return chunks;
}

function joinColumns(model: Mergeable): readonly string[] {
  if (model.partition.kind === 'none' || model.key.includes(model.partition.column)) return model.key;
  return [...model.key, model.partition.column];
}

function columnList(model: Mergeable): string {
  return model.columns.map((column) => column.name).join(', ');
}

/** Partitions in which rows stand, as dates: the day, or the first and the last day of the month. */
export function renderPartitionsOf({ partition }: Mergeable, rows: string): string | null {
  if (partition.kind === 'none') return null;
  const first =
    partition.kind === 'date' ? partition.column : `cast(date_trunc('month', ${partition.column}) as date)`;
  const last =
    partition.kind === 'date' ? first : `cast(${first} + interval '1' month - interval '1' day as date)`;
  return `select distinct cast(${first} as varchar) as first_date, cast(${last} as varchar) as last_date
from (${rows}) as found_rows`;
}

/** The value that names a row's partition, as text: the date, or the first day of its month. */
function partitionValue(partition: Partition): string {
  if (partition.kind === 'none') return `cast(null as varchar)`;
  if (partition.kind === 'date') return `cast(${partition.column} as varchar)`;
  return `cast(cast(date_trunc('month', ${partition.column}) as date) as varchar)`;
}

/** A literal predicate that holds exactly in the given partitions, so that the engine prunes the target. */
function bound(partition: Partition, values: readonly string[], alias: string): string {
  if (partition.kind === 'none') return '';
  const column = `${alias}.${partition.column}`;
  if (partition.kind === 'date') return `${column} in (${values.map(dateLiteral).join(', ')})`;
  const months = values.map(
    (month) => `(${column} >= ${dateLiteral(month)} and ${column} < ${dateLiteral(nextMonth(month))})`,
  );
  return `(${months.join(' or ')})`;
}

function nextMonth(month: string): string {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(5, 7));
  return index === 12 ? `${year + 1}-01-01` : `${year}-${String(index + 1).padStart(2, '0')}-01`;
}
