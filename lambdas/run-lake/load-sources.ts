import { ANY_AGE, type Freshness } from '../domain/freshness.ts';
import { FUNNELS, funnelStepRows } from '../domain/funnels.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
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
import type { RunRecord } from './run-record.ts';
import {
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
  /** Absent: a source may be of any age. */
  readonly freshness?: Freshness | undefined;
}

/** Loaded on its own, once the checks have run. */
const CHECK_RESULTS = 'check_results';

/** Makes every source that is no SELECT: tables of rows, views over objects. Repeating it changes nothing. */
export async function loadSources(
  deps: { readonly engine: SqlEngine; readonly objects: ObjectStore; readonly models: ModelLibrary },
  places: LakePlaces,
  lake: LakeToLoad,
): Promise<void> {
  const readable = new Map(lake.rows.map((row) => [row.ledgerId, readableObjects(row, lake.notes)]));
  const all = [...readable.values()].flat();
  for (const source of deps.models.models) {
    if (source.kind !== 'source' || source.origin === 'select' || source.name === CHECK_RESULTS) continue;
    if (source.origin === 'rows') {
      await replaceRows(deps.engine, source, rowsOf(source, deps.objects, { ...lake, readable }));
    } else {
      const prefix = objectsPrefix(source.name);
      const objects = all.filter(({ object }) => object.key.startsWith(prefix));
      const target = {
        dialect: deps.engine.dialect,
        ...places,
        patterns: objectPatterns(prefix, objects),
        ingestDates: objects.map(({ object }) => object.ingestDate),
      };
      for (const statement of renderObjects(source, target)) await deps.engine.execute(statement);
    }
    await describe(deps.engine, source);
  }
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

function rowsOf(
  source: SourceModel,
  objects: ObjectStore,
  lake: LakeToLoad & { readonly readable: ReadonlyMap<string, readonly ReadableObject[]> },
): readonly SourceRow[] {
  const readableOf = (row: StoredLedgerRow) => lake.readable.get(row.ledgerId) ?? [];
  switch (source.name) {
    case 'ledger':
      return lake.rows.map((row) => ledgerRow(row, lake.runId));
    case 'ledger_objects':
      return lake.rows.flatMap((row) => ledgerObjectRows(row, readableOf(row), objects));
    case 'set_aside_objects':
      return lake.rows.flatMap((row) =>
        setAsideRows(row, readableOf(row), (key) => lake.notes.get(key)?.detail ?? ''),
      );
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
  const cells = rows.map((row) =>
    source.columns.map((column) => {
      const value = row[column.name];
      if (value === undefined) throw new ModelError(source.file, `nothing gives the column ${column.name}`);
      return value;
    }),
  );
  for (const statement of renderInserts(source, cells)) await engine.execute(statement);
}
