import { FUNNELS, funnelStepRows } from '../domain/funnels.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { Literal } from '../domain/models/literal.ts';
import { ModelError, type ModelLibrary, type SourceModel } from '../domain/models/model.ts';
import { objectsPrefix, renderInserts, renderObjectsSource } from '../domain/models/render-source.ts';
import { columnType, identifier, renderComments } from '../domain/models/render-table.ts';
import { isoFromMs, isoFromUs } from '../domain/time.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { LakePlaces } from './run-dependencies.ts';

type NamedRow = Readonly<Record<string, Literal>>;

export interface LakeStateRow {
  readonly watermarkMs: number | null;
  readonly allowedLatenessMs: number;
  readonly reportingCurrency: string | null;
}

/** Makes every source that is no SELECT: tables of rows, views over objects. Repeating it changes nothing. */
export async function loadSources(
  deps: { readonly engine: SqlEngine; readonly objects: ObjectStore; readonly models: ModelLibrary },
  places: LakePlaces,
  lake: {
    readonly runId: string;
    readonly rows: readonly StoredLedgerRow[];
    readonly state: LakeStateRow;
  },
): Promise<void> {
  for (const source of deps.models.models) {
    if (source.kind !== 'source' || source.origin === 'select') continue;
    if (source.origin === 'rows') {
      await replaceRows(deps.engine, source, rowsOf(source, deps.objects, lake));
    } else {
      const prefix = objectsPrefix(source.name);
      const hasObjects = lake.rows.some((row) => row.objects.some((object) => object.key.startsWith(prefix)));
      const target = { dialect: deps.engine.dialect, ...places, hasObjects };
      await deps.engine.execute(renderObjectsSource(source, target));
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

async function describe(engine: SqlEngine, source: SourceModel): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  for (const statement of renderComments(source, source.origin === 'rows' ? 'table' : 'view')) {
    await engine.execute(statement);
  }
}

function rowsOf(
  source: SourceModel,
  objects: ObjectStore,
  lake: {
    readonly runId: string;
    readonly rows: readonly StoredLedgerRow[];
    readonly state: LakeStateRow;
  },
): readonly NamedRow[] {
  switch (source.name) {
    case 'ledger':
      return lake.rows.map((row) => ledgerRow(row, lake.runId));
    case 'ledger_objects':
      return lake.rows.flatMap((row) => ledgerObjectRows(row, objects));
    case 'lake_state':
      return [lakeStateRow(lake.state)];
    case 'funnel_steps':
      return funnelStepRows(FUNNELS).map((cells) =>
        Object.fromEntries(source.columns.map((column, index) => [column.name, cells[index] ?? null])),
      );
    default:
      throw new ModelError(source.file, 'nothing gives rows for this source');
  }
}

async function replaceRows(engine: SqlEngine, source: SourceModel, rows: readonly NamedRow[]): Promise<void> {
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

function lakeStateRow(state: LakeStateRow): NamedRow {
  return {
    watermark: state.watermarkMs === null ? null : isoFromMs(state.watermarkMs),
    allowed_lateness_s: state.allowedLatenessMs / 1000,
    reporting_currency: state.reportingCurrency,
  };
}

/** A row as this run leaves it: what no run had staged is staged by this one. */
function ledgerRow(row: StoredLedgerRow, runId: string): NamedRow {
  return {
    ledger_id: row.ledgerId,
    source: row.source,
    shard_id: row.shardId,
    first_sequence: row.firstSequence,
    last_sequence: row.lastSequence,
    objects: JSON.stringify(row.objects),
    received: row.received,
    accepted: row.accepted,
    duplicate: row.duplicate,
    quarantined: row.quarantined,
    quarantine_reasons: JSON.stringify(row.quarantineReasons),
    dedup_bypassed: row.dedupBypassed,
    min_event_time: row.minEventTime,
    max_event_time: row.maxEventTime,
    min_arrival_time: row.minArrivalTime,
    max_arrival_time: row.maxArrivalTime,
    event_dates: JSON.stringify(row.eventDates),
    counts_by_type_and_minute: JSON.stringify(row.countsByTypeAndMinute),
    orders: row.orders,
    revenue_by_currency: JSON.stringify(row.revenueByCurrency),
    session_sketch: row.sessionSketch,
    staged_by: row.stagedBy ?? runId,
  };
}

function ledgerObjectRows(row: StoredLedgerRow, objects: ObjectStore): readonly NamedRow[] {
  return row.objects.map((object) => ({
    ledger_id: row.ledgerId,
    source: row.source,
    kind: object.kind,
    object_key: object.key,
    location: objects.locationOf(object.key),
    ingest_date: object.ingestDate,
    ingest_hour: object.ingestHour,
    sha256: object.sha256,
    records: object.records,
    size_bytes: object.sizeBytes,
    arrival_time: isoFromUs(Date.parse(row.minArrivalTime) * 1000),
  }));
}
