import type { Model, ScratchModel, SourceModel, TableModel } from '../domain/models/model.ts';
import { wholeBody } from '../domain/models/render-slice.ts';
import {
  declaredType,
  renderComments,
  renderCreateTable,
  type TableTarget,
} from '../domain/models/render-table.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { applyDiff, changesTable, diffSlice, diffTable } from './build-table.ts';
import { makeAnew, typedSelect } from './make-anew.ts';
import type { SliceReader } from './slice-reader.ts';
import type { RowChanges, TableDiff } from './table-diff.ts';

const NO_CHANGES: RowChanges = { inserted: 0, updated: 0, deleted: 0 };

/** Builds one model whole. Repeating it changes zero rows (promise 5). Throws ModelRowsError, SqlError. */
export async function buildModel(engine: SqlEngine, model: Model, warehouse: string): Promise<RowChanges> {
  const target = { dialect: engine.dialect, warehouse };
  if (model.kind !== 'table') {
    await buildScratch(engine, model, target, null);
    return NO_CHANGES;
  }
  await ensureTables(engine, [model], target);
  return applyDiff(engine, model, await diffOf(engine, model, target, null));
}

/** What a table lacks; `reader` is that of an incremental run. */
export function diffOf(
  engine: SqlEngine,
  model: TableModel,
  target: TableTarget,
  reader: SliceReader | null,
): Promise<TableDiff> {
  return reader === null ? diffTable(engine, model, target) : diffSlice(engine, model, target, reader);
}

/** Builds what lives for one run; what only incremental runs need, a full run leaves out. */
export async function buildScratch(
  engine: SqlEngine,
  model: ScratchModel | SourceModel,
  target: TableTarget,
  reader: SliceReader | null,
): Promise<void> {
  if (model.kind === 'source') return buildSelectSource(engine, model);
  if (reader === null && model.isTouched) return;
  const body = reader === null ? wholeBody(model) : await reader.body(model);
  if (model.isView) await makeView(engine, model.name, typedSelect(model, body));
  else await makeAnew(engine, model.name, typedSelect(model, body), target);
}

/** Drops the tables of one run. */
export async function dropScratch(engine: SqlEngine, models: readonly Model[]): Promise<void> {
  for (const model of models) {
    const isView =
      model.kind === 'scratch' ? model.isView : model.kind === 'source' && model.origin === 'select';
    if (isView) await engine.execute(`drop view if exists ${model.name}`);
  }
  for (const model of models) {
    if (model.kind === 'scratch' && !model.isView) await engine.execute(`drop table if exists ${model.name}`);
    if (model.kind === 'table') await engine.execute(`drop table if exists ${changesTable(model)}`);
  }
}

async function buildSelectSource(engine: SqlEngine, model: SourceModel): Promise<void> {
  if (model.bodies === null) return;
  const { duckdb, trino } = model.bodies;
  await makeView(engine, model.name, engine.dialect === 'duckdb' ? duckdb : trino);
}

/** On a laptop a temporary one, since it reads temporary tables. */
async function makeView(engine: SqlEngine, name: string, select: string): Promise<void> {
  const temporary = engine.dialect === 'duckdb' ? 'temporary ' : '';
  await engine.execute(`create or replace ${temporary}view ${name} as\n${select}`);
}

/**
 * Creates each table that is missing, and makes anew those whose columns are no longer their header's: every table is
 * derived from raw, and the build that follows changed models is whole.
 */
export async function ensureTables(
  engine: SqlEngine,
  models: readonly TableModel[],
  target: TableTarget,
): Promise<void> {
  const schema = engine.dialect === 'duckdb' ? 'current_schema()' : 'current_schema';
  const names = models.map(({ name }) => `'${name}'`).join(', ');
  const found = await engine.query(
    `select table_name, column_name, data_type from information_schema.columns where table_schema = ${schema} and table_name in (${names})`,
  );
  for (const model of models) {
    const columns = found.rows.filter(([table]) => table === model.name);
    const stands = new Map(columns.map((row) => [String(row[1]), declaredType(String(row[2]))]));
    await ensureTable(engine, { model, stands }, target);
  }
}

async function ensureTable(
  engine: SqlEngine,
  { model, stands }: { readonly model: TableModel; readonly stands: ReadonlyMap<string, string> },
  target: TableTarget,
): Promise<void> {
  const isSame =
    stands.size === model.columns.length &&
    model.columns.every((column) => stands.get(column.name) === column.type);
  if (isSame) return;
  if (stands.size > 0) {
    await engine.execute(`drop view if exists bi_${model.name}`);
    await engine.execute(`drop table ${model.name}`);
  }
  await engine.execute(renderCreateTable(model, target));
  if (engine.dialect !== 'duckdb') return;
  for (const statement of renderComments(model, 'table')) await engine.execute(statement);
}
