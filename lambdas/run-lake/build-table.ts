import type { TableModel } from '../domain/models/model.ts';
import {
  chunkPartitions,
  renderChangeCounts,
  renderChanges,
  renderFill,
  renderKeyViolations,
  renderMerge,
  renderNoChanges,
  renderReplacement,
  renderRowCounts,
  renderRowFaults,
} from '../domain/models/render-merge.ts';
import type { TableTarget } from '../domain/models/render-table.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import { makeAnew, typedSelect } from './make-anew.ts';
import type { SliceReader } from './slice-reader.ts';
import type { ChangeCount, RowChanges, TableDiff } from './table-diff.ts';

/** A model gave rows that its header forbids; the table was not touched. */
export class ModelRowsError extends Error {
  override readonly name = 'ModelRowsError';
  readonly model: string;

  constructor(model: string, message: string) {
    super(`${model}: ${message}; the table keeps its last good rows`);
    this.model = model;
  }
}

/** Computes the whole table and what differs. Throws ModelRowsError, SqlError. */
export async function diffTable(
  engine: SqlEngine,
  model: TableModel,
  target: TableTarget,
): Promise<TableDiff> {
  const newRows = newRowsOf(model);
  const found = await engine.query(`select 1 from ${model.name} limit 1`);
  const isEmpty = found.rows.length === 0;
  if (isEmpty && target.dialect === 'duckdb') return fillAtOnce(engine, model);
  await makeAnew(engine, newRows, typedSelect(model), target);
  await assertRows(engine, model, newRows);
  if (isEmpty) return { how: 'fill', counts: await countsOf(engine, renderRowCounts(model, newRows)) };
  return changesOf(engine, model, renderChanges(model, newRows), target);
}

/**
 * Writes the rows of an empty table without keeping them first, and looks at them there: a laptop's build is one
 * transaction, which a bad row undoes. It halves what a first build writes.
 */
async function fillAtOnce(engine: SqlEngine, model: TableModel): Promise<TableDiff> {
  try {
    await engine.execute(renderFill(model, `(${typedSelect(model)})`, null));
  } catch (error) {
    const column = error instanceof SqlError ? NULL_REFUSED.exec(error.message)?.[1] : undefined;
    if (column === undefined) throw error;
    const isKey = model.key.includes(column);
    throw new ModelRowsError(
      model.name,
      isKey ? `null in the key: ${column}` : `null where the header says not_null: ${column}`,
    );
  }
  await assertRows(engine, model, model.name);
  return { how: 'filled', counts: await countsOf(engine, renderRowCounts(model, model.name)) };
}

/** What DuckDB says of a null in a column that takes none. */
const NULL_REFUSED = /NOT NULL constraint failed: \w+\.(\w+)/;

/** Computes the touched rows of the table and what differs among them. Throws ModelRowsError, SqlError. */
export async function diffSlice(
  engine: SqlEngine,
  model: TableModel,
  target: TableTarget,
  reader: SliceReader,
): Promise<TableDiff> {
  const slice = await reader.sliceOf(model);
  if (slice === null) {
    await makeAnew(engine, changesTable(model), renderNoChanges(model), target);
    return { how: 'merge', counts: [] };
  }
  const newRows = newRowsOf(model);
  await makeAnew(engine, newRows, slice.newRows, target);
  await assertRows(engine, model, newRows);
  return changesOf(engine, model, renderChanges(model, newRows, slice.oldRows), target);
}

/** Writes what was found. Repeating it changes nothing. Throws SqlError. */
export async function applyDiff(
  engine: SqlEngine,
  model: TableModel,
  { how, counts }: TableDiff,
): Promise<RowChanges> {
  for (const statement of writesOf(engine, model, { how, counts })) await engine.execute(statement);
  await engine.execute(`drop table if exists ${newRowsOf(model)}`);
  return {
    inserted: changedBy(counts, 'I'),
    updated: changedBy(counts, 'U'),
    deleted: changedBy(counts, 'D'),
    partitions: partitionsOf(model, counts),
  };
}

function writesOf(engine: SqlEngine, model: TableModel, { how, counts }: TableDiff): readonly string[] {
  if (how === 'filled' || counts.length === 0) return [];
  if (how === 'fill')
    return chunksOf(model, counts).map((chunk) => renderFill(model, newRowsOf(model), chunk));
  const changes = changesTable(model);
  if (engine.dialect === 'duckdb') return renderReplacement(model, changes);
  return chunksOf(model, counts).map((chunk) => renderMerge(model, changes, chunk));
}

/** The table of one run that tells the models behind a table what became of its rows. */
export function changesTable(model: Pick<TableModel, 'name'>): string {
  return `${model.name}_changes`;
}

function newRowsOf(model: Pick<TableModel, 'name'>): string {
  return `${model.name}_new_rows`;
}

async function changesOf(
  engine: SqlEngine,
  model: TableModel,
  select: string,
  target: TableTarget,
): Promise<TableDiff> {
  await makeAnew(engine, changesTable(model), select, target);
  return { how: 'merge', counts: await countsOf(engine, renderChangeCounts(model, changesTable(model))) };
}

async function countsOf(engine: SqlEngine, sql: string): Promise<readonly ChangeCount[]> {
  const { rows } = await engine.query(sql);
  return rows.map(([op, partition, changed]) => ({
    op: String(op),
    partition: String(partition ?? ''),
    rows: Number(changed ?? 0),
  }));
}

function partitionsOf(model: TableModel, counts: readonly ChangeCount[]): readonly string[] | null {
  if (model.partition.kind === 'none') return null;
  return [...new Set(counts.map(({ partition }) => partition))].sort();
}

/** The partitions that change, in the statements that they take; nothing changes: no statement. */
function chunksOf(model: TableModel, counts: readonly ChangeCount[]): readonly (readonly string[])[] {
  if (counts.length === 0) return [];
  const partitions = partitionsOf(model, counts);
  return partitions === null ? [[]] : chunkPartitions(partitions);
}

/** Engines take one of two equal source rows, or insert both, without a word (facts-trino §4): so ask first. */
async function assertRows(engine: SqlEngine, model: TableModel, newRows: string): Promise<void> {
  const { columns, rows } = await engine.query(renderRowFaults(model, newRows));
  const [badKeys = 0, , ...nulls] = (rows[0] ?? []).map(Number);
  if (badKeys > 0) {
    const broken = (await engine.query(renderKeyViolations(model, newRows))).rows;
    const keys = broken.map((row) => `(${row.map((cell) => cell ?? 'null').join(', ')})`);
    throw new ModelRowsError(
      model.name,
      `null or repeated keys (${model.key.join(', ')}, copies): ${keys.join(' ')}`,
    );
  }
  const bad = nulls.flatMap((count, index) =>
    count > 0 ? [`${columns[index + 2]?.name} (${count} rows)`] : [],
  );
  if (bad.length > 0)
    throw new ModelRowsError(model.name, `null where the header says not_null: ${bad.join(', ')}`);
}

function changedBy(counts: readonly ChangeCount[], op: string): number {
  return counts.reduce((sum, count) => sum + (count.op === op ? count.rows : 0), 0);
}
