import type { Admission } from '../domain/admission.ts';
import { ANY_AGE, type Freshness } from '../domain/freshness.ts';
import { FUNNELS, funnelStepRows } from '../domain/funnels.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import { textLiteral } from '../domain/models/literal.ts';
import { ModelError, type ModelLibrary, type SourceModel } from '../domain/models/model.ts';
import { objectsPrefix, renderInserts } from '../domain/models/render-source.ts';
import { columnType, identifier, renderComments } from '../domain/models/render-table.ts';
import { renderObjects } from '../domain/models/render-trino-source.ts';
import type { SetAside } from '../domain/set-aside.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { checkResultRows } from './check-results.ts';
import { objectPatterns, type ReadableObject, readableObjects } from './readable-objects.ts';
import type { LakePlaces } from './run-dependencies.ts';
import type { RunMode, RunRecord } from './run-record.ts';
import {
  admissionRow,
  freshnessRows,
  type LakeStateRow,
  lakeStateRow,
  ledgerObjectRows,
  ledgerRow,
  type SourceRow,
  setAsideRows,
} from './source-rows.ts';

/** What a build reads: rows of the ledger, notes on their objects by key, and the lake's state. */
export interface LakeToLoad {
  readonly runId: string;
  readonly rows: readonly StoredLedgerRow[];
  readonly notes: ReadonlyMap<string, SetAside>;
  readonly state: LakeStateRow;
  readonly admissions: readonly Admission[];
  /** `incremental`: of what arrives, only the objects of rows that no run has staged. */
  readonly mode: RunMode;
  /** Absent: a source may be of any age. */
  readonly freshness?: Freshness | undefined;
}

/** Far below the engines' limit of text. */
const IDS_PER_DELETE = 500;

/** Loaded on its own, once the checks have run. */
const CHECK_RESULTS = 'check_results';

/** These grow with the lake: an incremental run adds the rows of what it stages, and leaves the others alone. */
const GROWING: ReadonlySet<string> = new Set(['ledger', 'ledger_objects']);

interface SourceDependencies {
  readonly engine: SqlEngine;
  readonly objects: ObjectStore;
  readonly models: ModelLibrary;
}

/** Makes every source that is no SELECT: tables of rows, views over objects. Repeating it changes nothing. */
export async function loadSources(
  deps: SourceDependencies,
  places: LakePlaces,
  lake: LakeToLoad,
): Promise<void> {
  const { objects, models } = deps;
  for (const source of models.models) {
    if (source.kind !== 'source' || source.origin !== 'rows' || source.name === CHECK_RESULTS) continue;
    const isGrowing = lake.mode === 'incremental' && GROWING.has(source.name);
    const rows = isGrowing ? stagedByRun(lake) : lake.rows;
    const loaded = rowsOf(source, objects, { ...lake, rows });
    if (isGrowing && (await stands(deps.engine, source.name))) {
      await addRows(deps.engine, source, { rows: loaded, ledgerIds: rows.map(({ ledgerId }) => ledgerId) });
    } else {
      await replaceRows(deps.engine, source, isGrowing ? rowsOf(source, objects, lake) : loaded);
    }
    await describe(deps.engine, source);
  }
  await loadObjects(deps, places, lake);
}

/**
 * Makes the views (or external tables) over raw objects. In an incremental run those that are read once show what no
 * run has staged; with mode `full` they show everything, as whoever queries them expects.
 */
export async function loadObjects(
  deps: SourceDependencies,
  places: LakePlaces,
  lake: Pick<LakeToLoad, 'rows' | 'notes' | 'mode'>,
): Promise<void> {
  const readableOf = (rows: readonly StoredLedgerRow[]) =>
    rows.flatMap((row) => readableObjects(row, lake.notes));
  const all = readableOf(lake.rows);
  const fresh = lake.mode === 'full' ? all : readableOf(stagedByRun(lake));
  for (const source of deps.models.models) {
    if (source.kind !== 'source' || source.origin !== 'objects') continue;
    const prefix = objectsPrefix(source.name);
    const isNarrow = lake.mode === 'incremental' && source.isReadOnce;
    const objects = (isNarrow ? fresh : all).filter(({ object }) => object.key.startsWith(prefix));
    const target = {
      dialect: deps.engine.dialect,
      ...places,
      patterns: isNarrow ? keysOf(objects) : objectPatterns(prefix, objects),
      ingestDates: objects.map(({ object }) => object.ingestDate),
    };
    for (const statement of renderObjects(source, target)) await deps.engine.execute(statement);
    await describe(deps.engine, source);
  }
}

/** What a run stages: all that no run has staged; everything when it builds anew. */
function stagedByRun({ rows, mode }: Pick<LakeToLoad, 'rows' | 'mode'>): readonly StoredLedgerRow[] {
  return mode === 'full' ? rows : rows.filter(({ stagedBy }) => stagedBy === null);
}

function keysOf(objects: readonly ReadableObject[]): readonly string[] {
  return [...new Set(objects.flatMap(({ key }) => key ?? []))].sort();
}

async function stands(engine: SqlEngine, table: string): Promise<boolean> {
  const schema = engine.dialect === 'duckdb' ? 'current_schema()' : 'current_schema';
  const { rows } = await engine.query(
    `select 1 from information_schema.tables where table_schema = ${schema} and table_name = '${table}'`,
  );
  return rows.length > 0;
}

/** Rewrites lake_state alone, once the reporting currency is known. */
export async function loadLakeState(
  deps: { readonly engine: SqlEngine; readonly models: ModelLibrary },
  state: LakeStateRow,
): Promise<void> {
  for (const source of deps.models.models) {
    if (source.name === 'lake_state' && source.kind === 'source') {
      await replaceRows(deps.engine, source, [lakeStateRow(state)]);
    }
  }
}

/** Rewrites check_results alone. */
export async function loadCheckResults(
  deps: { readonly engine: SqlEngine; readonly models: ModelLibrary },
  runs: readonly RunRecord[],
): Promise<void> {
  for (const source of deps.models.models) {
    if (source.name !== CHECK_RESULTS || source.kind !== 'source') continue;
    await replaceRows(deps.engine, source, checkResultRows(runs));
    await describe(deps.engine, source);
  }
}

async function describe(engine: SqlEngine, source: SourceModel): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  for (const statement of renderComments(source, source.origin === 'rows' ? 'table' : 'view')) {
    await engine.execute(statement);
  }
}

function rowsOf(source: SourceModel, objects: ObjectStore, lake: LakeToLoad): readonly SourceRow[] {
  const readableOf = (row: StoredLedgerRow) => readableObjects(row, lake.notes);
  switch (source.name) {
    case 'ledger':
      return lake.rows.map((row) => ledgerRow(row, lake.runId));
    case 'ledger_objects':
      return lake.rows.flatMap((row) => ledgerObjectRows(row, readableOf(row), objects));
    case 'set_aside_objects':
      return lake.rows.flatMap((row) =>
        setAsideRows(row, readableOf(row), (key) => lake.notes.get(key)?.detail ?? ''),
      );
    case 'batches_to_stage':
      return stagedByRun(lake).map(({ ledgerId, source: from }) => ({ ledger_id: ledgerId, source: from }));
    case 'admissions':
      return lake.admissions.map(admissionRow);
    case 'lake_state':
      return [lakeStateRow(lake.state)];
    case 'freshness_limits':
      return freshnessRows(lake.freshness ?? ANY_AGE);
    case 'funnel_steps':
      return funnelStepRows(FUNNELS).map((cells) =>
        Object.fromEntries(source.columns.map((column, index) => [column.name, cells[index] ?? null])),
      );
    default:
      throw new ModelError(source.file, 'nothing gives rows for this source');
  }
}

/** Of ledger rows that stand already, since a run died before it marked them, the rows are replaced. */
async function addRows(
  engine: SqlEngine,
  source: SourceModel,
  { rows, ledgerIds }: { readonly rows: readonly SourceRow[]; readonly ledgerIds: readonly string[] },
): Promise<void> {
  for (let start = 0; start < ledgerIds.length; start += IDS_PER_DELETE) {
    const ids = ledgerIds
      .slice(start, start + IDS_PER_DELETE)
      .map(textLiteral)
      .join(', ');
    await engine.execute(`delete from ${source.name} where ledger_id in (${ids})`);
  }
  await insertRows(engine, source, rows);
}

async function replaceRows(
  engine: SqlEngine,
  source: SourceModel,
  rows: readonly SourceRow[],
): Promise<void> {
  const columns = source.columns.map(
    (column) => `${identifier(column.name)} ${columnType(column.type, engine.dialect)}`,
  );
  await engine.execute(`drop table if exists ${source.name}`);
  await engine.execute(`create table ${source.name} (${columns.join(', ')})`);
  await insertRows(engine, source, rows);
}

async function insertRows(engine: SqlEngine, source: SourceModel, rows: readonly SourceRow[]): Promise<void> {
  const cells = rows.map((row) =>
    source.columns.map((column) => {
      const value = row[column.name];
      if (value === undefined) throw new ModelError(source.file, `nothing gives the column ${column.name}`);
      return value;
    }),
  );
  for (const statement of renderInserts(source, cells)) await engine.execute(statement);
}
