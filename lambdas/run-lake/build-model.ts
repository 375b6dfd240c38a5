import type { Model, ModelLibrary, ScratchModel, SourceModel, TableModel } from '../domain/models/model.ts';
import { wholeBody } from '../domain/models/render-slice.ts';
import {
  declaredType,
  renderComments,
  renderCreateTable,
  type TableTarget,
} from '../domain/models/render-table.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { applyDiff, diffSlice, diffTable } from './build-table.ts';
import { RunTables, typedSelect } from './make-anew.ts';
import { changesTable, type SliceReader } from './slice-reader.ts';
import type { RowChanges, TableDiff } from './table-diff.ts';

const NO_CHANGES: RowChanges = { inserted: 0, updated: 0, deleted: 0 };

/** Builds one model whole. Repeating it changes zero rows (promise 5). Throws ModelRowsError, SqlError. */
export async function buildModel(engine: SqlEngine, model: Model, warehouse: string): Promise<RowChanges> {
  const tables = new RunTables(engine, warehouse);
  if (model.kind !== 'table') {
    await buildScratch(tables, model, null);
    return NO_CHANGES;
  }
  await ensureTables(engine, [model], tables.target);
  return applyDiff(tables, model, await diffOf(tables, model, null));
}

/** What a table lacks; `reader` is that of an incremental run. */
export function diffOf(tables: RunTables, model: TableModel, reader: SliceReader | null): Promise<TableDiff> {
  return reader === null ? diffTable(tables, model) : diffSlice(tables, model, reader);
}

/** Builds what lives for one run; what only incremental runs need, a full run leaves out. */
export async function buildScratch(
  tables: RunTables,
  model: ScratchModel | SourceModel,
  reader: SliceReader | null,
): Promise<void> {
  if (model.kind === 'source') return showSelectSource(tables, model);
  if (reader === null && model.isTouched) return;
  const body = reader === null ? wholeBody(model) : await reader.body(model);
  const select = typedSelect(model, body);
  if (!model.isView) await tables.make(model.name, select);
  // The little that is touched is found once, and not by each reader.
  else if (reader !== null && model.restrictions.length > 0) await tables.makeForView(model.name, select);
  else await tables.show(model.name, select);
}

/**
 * Drops what lives for one run. A laptop's connection drops views and the small tables itself when it closes; the others
 * hold room that publishing can use.
 */
export async function dropScratch(tables: RunTables, { models }: ModelLibrary): Promise<void> {
  const isLaptop = tables.engine.dialect === 'duckdb';
  for (const model of models) {
    const isView =
      model.kind === 'scratch' ? model.isView : model.kind === 'source' && model.origin === 'select';
    if (!isView) continue;
    const wasTable = await tables.drop(model.name);
    if (!wasTable && !isLaptop) await tables.engine.execute(`drop view if exists ${model.name}`);
  }
  for (const model of models) {
    if (model.kind === 'scratch' && !model.isView && !(isLaptop && model.isTouched))
      await tables.drop(model.name);
    if (model.kind === 'table' && !isLaptop) await tables.drop(changesTable(model));
  }
}

async function showSelectSource(tables: RunTables, { name, bodies }: SourceModel): Promise<void> {
  if (bodies === null) return;
  await tables.show(name, tables.engine.dialect === 'duckdb' ? bodies.duckdb : bodies.trino);
}

/** A table as it has to stand. */
export type EnsuredTable = Pick<TableModel, 'name' | 'meaning' | 'columns' | 'partition'>;

/**
 * Creates each table that is missing, and makes anew those whose columns are no longer their header's: every table is
 * derived from raw, and the build that follows changed models is whole.
 *
 * @returns names of those that were made
 */
export async function ensureTables(
  engine: SqlEngine,
  tables: readonly EnsuredTable[],
  target: TableTarget,
): Promise<ReadonlySet<string>> {
  const schema = engine.dialect === 'duckdb' ? 'current_schema()' : 'current_schema';
  const names = tables.map(({ name }) => `'${name}'`).join(', ');
  const found = await engine.query(
    `select table_name, column_name, data_type from information_schema.columns where table_schema = ${schema} and table_name in (${names})`,
  );
  const made = new Set<string>();
  for (const table of tables) {
    const columns = found.rows.filter(([name]) => name === table.name);
    const stands = new Map(columns.map((row) => [String(row[1]), declaredType(String(row[2]))]));
    const isSame =
      stands.size === table.columns.length &&
      table.columns.every((column) => stands.get(column.name) === column.type);
    if (isSame) continue;
    await makeTable(engine, { table, isStanding: stands.size > 0 }, target);
    made.add(table.name);
  }
  return made;
}

async function makeTable(
  engine: SqlEngine,
  { table, isStanding }: { readonly table: EnsuredTable; readonly isStanding: boolean },
  target: TableTarget,
): Promise<void> {
  if (isStanding) {
    await engine.execute(`drop view if exists bi_${table.name}`);
    await engine.execute(`drop table ${table.name}`);
  }
  await engine.execute(renderCreateTable(table, target));
  if (engine.dialect !== 'duckdb') return;
  for (const statement of renderComments(table, 'table')) await engine.execute(statement);
}
