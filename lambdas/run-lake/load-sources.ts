import type { Admission } from '../domain/admission.ts';
import { ANY_AGE, type Freshness } from '../domain/freshness.ts';
import { FUNNELS, type Funnel, funnelStepRows } from '../domain/funnels.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import { type Model, ModelError, type ModelLibrary, type SourceModel } from '../domain/models/model.ts';
import { objectsPrefix } from '../domain/models/render-source.ts';
import { renderComments } from '../domain/models/render-table.ts';
import { renderObjects } from '../domain/models/render-trino-source.ts';
import type { SetAside } from '../domain/set-aside.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { type EnsuredTable, ensureTables } from './build-model.ts';
import { checkResultRows } from './check-results.ts';
import { HEADLINE_HISTORY } from './headline-history.ts';
import { EmptyTables } from './make-anew.ts';
import { PUBLISH_STATUS } from './publish-status.ts';
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
import { addRows, insertRows, replaceRows } from './write-rows.ts';

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
  /** Absent: those of domain/funnels.ts. */
  readonly funnels?: readonly Funnel[] | undefined;
}

/** Loaded on its own, once the checks have run. */
const CHECK_RESULTS = 'check_results';

const FUNNEL_STEPS = 'funnel_steps';

/** What others write, at other times. */
const KEPT_BY_OTHERS: ReadonlySet<string> = new Set([CHECK_RESULTS, HEADLINE_HISTORY, PUBLISH_STATUS]);

/** These grow with the lake: an incremental run adds the rows of what it stages, and leaves the others alone. */
const GROWING: ReadonlySet<string> = new Set(['ledger', 'ledger_objects']);

interface SourceDependencies {
  readonly engine: SqlEngine;
  readonly objects: ObjectStore;
  readonly models: ModelLibrary;
}

/**
 * Makes every source that is no SELECT: tables of rows, views over objects. Repeating it changes nothing.
 *
 * @param beside tables that have to stand too: the catalogue is slow, and asked once
 */
export async function loadSources(
  deps: SourceDependencies,
  places: LakePlaces,
  lake: LakeToLoad,
  beside: readonly EnsuredTable[] = [],
): Promise<void> {
  const { engine, objects, models } = deps;
  const ofRows = models.models.filter(
    (model) => model.kind === 'source' && model.origin === 'rows' && model.name !== HEADLINE_HISTORY,
  );
  const made = await ensureTables(engine, [...ofRows.map(asTable), ...beside], {
    dialect: engine.dialect,
    warehouse: places.warehouse,
  });
  const empty = new EmptyTables(
    engine,
    ofRows.map(({ name }) => name),
  );
  for (const source of ofRows) {
    if (source.kind !== 'source' || KEPT_BY_OTHERS.has(source.name)) continue;
    // Other funnels make a full run.
    if (lake.mode === 'incremental' && source.name === FUNNEL_STEPS && !made.has(FUNNEL_STEPS)) continue;
    const isGrowing = lake.mode === 'incremental' && GROWING.has(source.name) && !made.has(source.name);
    const rows = isGrowing ? stagedByRun(lake) : lake.rows;
    const loaded = rowsOf(source, objects, { ...lake, rows });
    if (isGrowing) {
      await addRows(engine, source, { rows: loaded, ledgerIds: rows.map(({ ledgerId }) => ledgerId) });
    } else {
      if (!(await empty.has(source.name))) await engine.execute(`delete from ${source.name}`);
      await insertRows(engine, source, loaded);
    }
  }
  await loadObjects(deps, places, lake);
}

/** A source of rows is a table that nobody keeps from holding nulls: whoever gives the rows answers for them. */
function asTable(source: Model): EnsuredTable {
  const columns = source.columns.map((column) => ({ ...column, isNullable: true }));
  return { name: source.name, meaning: source.meaning, columns, partition: { kind: 'none' } };
}

/**
 * Makes the views (or external tables) over raw objects. In an incremental run those that are read once show what no
 * run has staged: on a laptop under a view of the connection, elsewhere until `showAllObjects`.
 */
async function loadObjects(deps: SourceDependencies, places: LakePlaces, lake: LakeToLoad): Promise<void> {
  const isLaptop = deps.engine.dialect === 'duckdb';
  if (isLaptop || lake.mode === 'full') await showAllObjects(deps, places, lake);
  if (lake.mode === 'full') return;
  const fresh = stagedByRun(lake).flatMap((row) => readableObjects(row, lake.notes));
  for (const source of objectSources(deps.models)) {
    if (!source.isReadOnce && isLaptop) continue;
    const read = source.isReadOnce ? fresh : lake.rows.flatMap((row) => readableObjects(row, lake.notes));
    const prefix = objectsPrefix(source.name);
    const objects = read.filter(({ object }) => object.key.startsWith(prefix));
    const patterns = source.isReadOnce ? keysOf(objects) : objectPatterns(prefix, objects);
    const ingestDates = objects.map(({ object }) => object.ingestDate);
    const target = { dialect: deps.engine.dialect, ...places, patterns, ingestDates, isTemporary: isLaptop };
    for (const statement of renderObjects(source, target)) await deps.engine.execute(statement);
  }
}

/**
 * The views (or external tables) show all objects, as whoever queries them expects. A laptop's view names a pattern, so
 * that it need not be made again for objects of a kind that it has met.
 */
export async function showAllObjects(
  deps: SourceDependencies,
  places: LakePlaces,
  lake: Pick<LakeToLoad, 'rows' | 'notes' | 'mode'>,
): Promise<void> {
  const { dialect } = deps.engine;
  const all = lake.rows.flatMap((row) =>
    readableObjects(row, lake.notes).map((readable) => ({ ...readable, isStaged: row.stagedBy !== null })),
  );
  for (const source of objectSources(deps.models)) {
    const prefix = objectsPrefix(source.name);
    const objects = all.filter(({ object }) => object.key.startsWith(prefix));
    const isMet = objects.some(({ isStaged }) => isStaged) || objects.length === 0;
    if (dialect === 'duckdb' && lake.mode === 'incremental' && lake.notes.size === 0 && isMet) continue;
    const patterns = objectPatterns(prefix, objects);
    const target = {
      dialect,
      ...places,
      patterns,
      ingestDates: objects.map(({ object }) => object.ingestDate),
    };
    for (const statement of renderObjects(source, target)) await deps.engine.execute(statement);
    if (dialect !== 'duckdb') continue;
    for (const statement of renderComments(source, 'view')) await deps.engine.execute(statement);
  }
}

/** After a run: nothing hides the views any more. */
export async function dropNarrowViews(engine: SqlEngine, models: readonly Model[]): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  for (const source of models) {
    if (source.kind === 'source' && source.isReadOnce) {
      await engine.execute(`drop view if exists temp.${source.name}`);
    }
  }
}

function objectSources({ models }: ModelLibrary): readonly SourceModel[] {
  return models.flatMap((model) => (model.kind === 'source' && model.origin === 'objects' ? [model] : []));
}

/** What a run stages: all that no run has staged; everything when it builds anew. */
function stagedByRun({ rows, mode }: Pick<LakeToLoad, 'rows' | 'mode'>): readonly StoredLedgerRow[] {
  return mode === 'full' ? rows : rows.filter(({ stagedBy }) => stagedBy === null);
}

function keysOf(objects: readonly ReadableObject[]): readonly string[] {
  return [...new Set(objects.flatMap(({ key }) => key ?? []))].sort();
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
    case FUNNEL_STEPS:
      return funnelStepRows(lake.funnels ?? FUNNELS).map((cells) =>
        Object.fromEntries(source.columns.map((column, index) => [column.name, cells[index] ?? null])),
      );
    default:
      throw new ModelError(source.file, 'nothing gives rows for this source');
  }
}
