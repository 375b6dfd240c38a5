import type { TableModel } from '../domain/models/model.ts';
import {
  BAD_KEYS,
  BAD_NULLS,
  chunkPartitions,
  renderChangeCounts,
  renderChanges,
  renderFill,
  renderFindings,
  renderKeyViolations,
  renderMerge,
  renderNoChanges,
  renderNullCounts,
  renderReplacement,
  renderRowCounts,
} from '../domain/models/render-merge.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import { type RunTables, typedSelect } from './make-anew.ts';
import { changesTable, type SliceReader } from './slice-reader.ts';
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
export async function diffTable(tables: RunTables, model: TableModel): Promise<TableDiff> {
  const { engine } = tables;
  const newRows = newRowsOf(model);
  const isEmpty = await tables.empty.has(model.name);
  if (isEmpty && engine.dialect === 'duckdb') return fillAtOnce(tables, model);
  await tables.make(newRows, typedSelect(model));
  if (isEmpty) {
    const counts = renderRowCounts(model, newRows);
    return { how: 'fill', counts: await soundCounts(engine, model, { newRows, counts }) };
  }
  return changesOf(tables, model, renderChanges(model, newRows));
}

/**
 * Writes the rows of an empty table without keeping them first, and looks at them there: on a laptop a step is part
 * of a transaction, which a bad row undoes. It halves what a first build writes.
 */
async function fillAtOnce({ engine, empty }: RunTables, model: TableModel): Promise<TableDiff> {
  empty.forget(model.name);
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
  const counts = renderRowCounts(model, model.name);
  return { how: 'filled', counts: await soundCounts(engine, model, { newRows: model.name, counts }) };
}

/** What DuckDB says of a null in a column that takes none. */
const NULL_REFUSED = /NOT NULL constraint failed: \w+\.(\w+)/;

/** Computes the touched rows of the table and what differs among them. Throws ModelRowsError, SqlError. */
export async function diffSlice(
  tables: RunTables,
  model: TableModel,
  reader: SliceReader,
): Promise<TableDiff> {
  const slice = await reader.sliceOf(model);
  if (slice === null) {
    if (reader.isFollowed(model)) await tables.make(changesTable(model), renderNoChanges(model));
    return { how: 'merge', counts: [] };
  }
  const newRows = newRowsOf(model);
  await tables.make(newRows, slice.newRows);
  return changesOf(tables, model, renderChanges(model, newRows, slice.oldRows));
}

/** Writes what was found. Repeating it changes nothing. Throws SqlError. */
export async function applyDiff(
  tables: RunTables,
  model: TableModel,
  { how, counts }: TableDiff,
): Promise<RowChanges> {
  tables.empty.forget(model.name);
  for (const statement of writesOf(tables.engine, model, { how, counts }))
    await tables.engine.execute(statement);
  await tables.drop(newRowsOf(model));
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
  if (engine.dialect === 'duckdb')
    return renderReplacement(model, changes, new Set(counts.map(({ op }) => op)));
  return chunksOf(model, counts).map((chunk) => renderMerge(model, changes, chunk));
}

function newRowsOf(model: Pick<TableModel, 'name'>): string {
  return `${model.name}_new_rows`;
}

async function changesOf(tables: RunTables, model: TableModel, select: string): Promise<TableDiff> {
  const changes = changesTable(model);
  await tables.make(changes, select);
  const counts = renderChangeCounts(model, changes);
  return {
    how: 'merge',
    counts: await soundCounts(tables.engine, model, { newRows: newRowsOf(model), counts }),
  };
}

/**
 * The counts, once the new rows are seen to be sound: engines take one of two equal source rows, or insert both, without
 * a word (facts-trino §4). Throws ModelRowsError.
 */
async function soundCounts(
  engine: SqlEngine,
  model: TableModel,
  { newRows, counts }: { readonly newRows: string; readonly counts: string },
): Promise<readonly ChangeCount[]> {
  const { rows } = await engine.query(renderFindings(model, newRows, counts));
  const found = rows.map(([op, partition, changed]) => ({
    op: String(op),
    partition: String(partition ?? ''),
    rows: Number(changed),
  }));
  if (changedBy(found, BAD_KEYS) > 0) {
    const broken = (await engine.query(renderKeyViolations(model, newRows))).rows;
    const keys = broken.map((row) => `(${row.map((cell) => cell ?? 'null').join(', ')})`);
    throw new ModelRowsError(
      model.name,
      `null or repeated keys (${model.key.join(', ')}, copies): ${keys.join(' ')}`,
    );
  }
  if (changedBy(found, BAD_NULLS) > 0) {
    const { columns, rows: nulls } = await engine.query(renderNullCounts(model, newRows));
    const bad = columns.flatMap(({ name }, index) => {
      const count = Number(nulls[0]?.[index] ?? 0);
      return count > 0 ? [`${name} (${count} rows)`] : [];
    });
    throw new ModelRowsError(model.name, `null where the header says not_null: ${bad.join(', ')}`);
  }
  return found.filter(({ op }) => op !== BAD_KEYS && op !== BAD_NULLS);
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

function changedBy(counts: readonly ChangeCount[], op: string): number {
  return counts.reduce((sum, count) => sum + (count.op === op ? count.rows : 0), 0);
}
