import type { Model, ScratchModel, SourceModel, TableModel } from '../domain/models/model.ts';
import {
  chunkPartitions,
  renderChangeCounts,
  renderChanges,
  renderFill,
  renderKeyViolations,
  renderMerge,
  renderNullViolations,
  renderRowCounts,
} from '../domain/models/render-merge.ts';
import {
  declaredType,
  renderComments,
  renderCreateTable,
  renderTableAs,
  type TableTarget,
} from '../domain/models/render-table.ts';
import type { SqlEngine, SqlValue } from '../ports/sql-engine.ts';
import type { ModelReport } from './run-record.ts';

export type RowChanges = Omit<ModelReport, 'model' | 'durationMs'>;

const NO_CHANGES: RowChanges = { inserted: 0, updated: 0, deleted: 0 };

/** A model gave rows that its header forbids; the table was not touched. */
export class ModelRowsError extends Error {
  override readonly name = 'ModelRowsError';
  readonly model: string;

  constructor(model: string, message: string) {
    super(`${model}: ${message}; the table keeps its last good rows`);
    this.model = model;
  }
}

/** Builds one model. Repeating it changes zero rows (promise 5). Throws ModelRowsError, SqlError. */
export async function buildModel(engine: SqlEngine, model: Model, warehouse: string): Promise<RowChanges> {
  if (model.kind === 'table') return buildTable(engine, model, warehouse);
  const target = { dialect: engine.dialect, warehouse };
  if (model.kind === 'scratch') await makeAnew(engine, model.name, typedSelect(model), target);
  else await buildSelectSource(engine, model);
  return NO_CHANGES;
}

/** Drops the tables of one run. */
export async function dropScratch(engine: SqlEngine, models: readonly Model[]): Promise<void> {
  for (const model of models) {
    if (model.kind === 'source' && model.origin === 'select') {
      await engine.execute(`drop view if exists ${model.name}`);
    }
  }
  for (const model of models) {
    if (model.kind === 'scratch') await engine.execute(`drop table if exists ${model.name}`);
  }
}

async function buildSelectSource(engine: SqlEngine, model: SourceModel): Promise<void> {
  if (model.bodies === null) return;
  const isDuckDb = engine.dialect === 'duckdb';
  const body = isDuckDb ? model.bodies.duckdb : model.bodies.trino;
  // A temporary view, since it reads a temporary table.
  await engine.execute(`create or replace ${isDuckDb ? 'temporary ' : ''}view ${model.name} as\n${body}`);
}

async function buildTable(engine: SqlEngine, model: TableModel, warehouse: string): Promise<RowChanges> {
  await ensureTable(engine, model, warehouse);
  const target = { dialect: engine.dialect, warehouse };
  const newRows = `${model.name}_new_rows`;
  await makeAnew(engine, newRows, typedSelect(model), target);
  await assertRows(engine, model, newRows);
  const found = await engine.query(`select 1 from ${model.name} limit 1`);
  const changes =
    found.rows.length === 0
      ? await fillTable(engine, model, newRows)
      : await mergeTable(engine, { model, newRows, target });
  await engine.execute(`drop table if exists ${newRows}`);
  return changes;
}

/** An empty table has nothing to compare with. */
async function fillTable(engine: SqlEngine, model: TableModel, newRows: string): Promise<RowChanges> {
  const counts = (await engine.query(renderRowCounts(model, newRows))).rows;
  for (const chunk of chunksOf(model, counts)) await engine.execute(renderFill(model, newRows, chunk));
  const partitions = partitionsOf(model, counts);
  return { inserted: changedBy(counts, 'I'), updated: 0, deleted: 0, partitions };
}

async function mergeTable(
  engine: SqlEngine,
  { model, newRows, target }: { model: TableModel; newRows: string; target: TableTarget },
): Promise<RowChanges> {
  const changes = `${model.name}_changes`;
  await makeAnew(engine, changes, renderChanges(model, newRows), target);
  const counts = (await engine.query(renderChangeCounts(model, changes))).rows;
  for (const chunk of chunksOf(model, counts)) await engine.execute(renderMerge(model, changes, chunk));
  await engine.execute(`drop table if exists ${changes}`);
  return {
    inserted: changedBy(counts, 'I'),
    updated: changedBy(counts, 'U'),
    deleted: changedBy(counts, 'D'),
    partitions: partitionsOf(model, counts),
  };
}

function partitionsOf(model: TableModel, counts: readonly (readonly SqlValue[])[]): readonly string[] | null {
  if (model.partition.kind === 'none') return null;
  return [...new Set(counts.map((row) => String(row[1] ?? '')))].sort();
}

/** The partitions that change, in the statements that they take; nothing changes: no statement. */
function chunksOf(
  model: TableModel,
  counts: readonly (readonly SqlValue[])[],
): readonly (readonly string[])[] {
  if (counts.length === 0) return [];
  if (model.partition.kind === 'none') return [[]];
  return chunkPartitions([...new Set(counts.map((row) => String(row[1] ?? '')))].sort());
}

/**
 * Creates the table, or makes it anew when its columns are no longer those of the header: every table is derived from
 * raw, and each build is whole.
 */
async function ensureTable(engine: SqlEngine, model: TableModel, warehouse: string): Promise<void> {
  const found = await engine.query(
    `select column_name, data_type from information_schema.columns where table_schema = ${currentSchema(engine)} and table_name = '${model.name}'`,
  );
  const stands = new Map(found.rows.map((row) => [String(row[0]), declaredType(String(row[1]))]));
  const isSame =
    stands.size === model.columns.length &&
    model.columns.every((column) => stands.get(column.name) === column.type);
  if (isSame) return;
  if (stands.size > 0) {
    await engine.execute(`drop view if exists bi_${model.name}`);
    await engine.execute(`drop table ${model.name}`);
  }
  await engine.execute(renderCreateTable(model, { dialect: engine.dialect, warehouse }));
  if (engine.dialect === 'duckdb') {
    for (const statement of renderComments(model, 'table')) await engine.execute(statement);
  }
}

function currentSchema(engine: SqlEngine): string {
  return engine.dialect === 'duckdb' ? 'current_schema()' : 'current_schema';
}

/** Keeps the rows of a SELECT under a name, since several statements read them; one left by a killed run goes. */
async function makeAnew(engine: SqlEngine, name: string, select: string, target: TableTarget): Promise<void> {
  await engine.execute(`drop table if exists ${name}`);
  await engine.execute(renderTableAs(name, select, target));
}

/** The model's SELECT with exactly the declared columns, in their order and types. */
export function typedSelect(model: TableModel | ScratchModel): string {
  const columns = model.columns.map((column) => `  cast(${column.name} as ${column.type}) as ${column.name}`);
  return `select\n${columns.join(',\n')}\nfrom (\n${model.body}\n) as body`;
}

/** Engines take one of two equal source rows, or insert both, without a word (facts-trino §4): so ask first. */
async function assertRows(engine: SqlEngine, model: TableModel, newRows: string): Promise<void> {
  const broken = (await engine.query(renderKeyViolations(model, newRows))).rows;
  if (broken.length > 0) {
    const keys = broken.map((row) => `(${row.map((cell) => cell ?? 'null').join(', ')})`);
    throw new ModelRowsError(
      model.name,
      `null or repeated keys (${model.key.join(', ')}, copies): ${keys.join(' ')}`,
    );
  }
  const nullCounts = renderNullViolations(model, newRows);
  if (nullCounts === null) return;
  const result = await engine.query(nullCounts);
  const row = result.rows[0] ?? [];
  const bad = result.columns.flatMap((column, index) =>
    Number(row[index] ?? 0) > 0 ? [`${column.name} (${row[index]} rows)`] : [],
  );
  if (bad.length > 0)
    throw new ModelRowsError(model.name, `null where the header says not_null: ${bad.join(', ')}`);
}

function changedBy(counts: readonly (readonly SqlValue[])[], op: string): number {
  let total = 0;
  for (const row of counts) if (row[0] === op) total += Number(row[2] ?? 0);
  return total;
}
