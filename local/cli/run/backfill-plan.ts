import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { Model, TableModel } from '../../../lambdas/domain/models/model.ts';
import { type SqlEngine, SqlError } from '../../../lambdas/ports/sql-engine.ts';
import { readLakeState } from '../../../lambdas/run-lake/lake-state.ts';
import type { Lake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext } from '../context.ts';
import { openReader, type ReadingPlace } from '../engine/open-reader.ts';
import { formatBytes } from '../format/bytes.ts';
import { wrapped } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import {
  type DateRange,
  type LateEvents,
  lateEventsText,
  readLateEvents,
  withinRange,
} from './late-events.ts';
import { type Sizes, sizesOf } from './object-sizes.ts';

export interface BackfillRange extends DateRange {
  readonly models: readonly string[] | null;
}

/** What a backfill would do now. Keys as `--json` shows them. */
export interface BackfillPlan {
  readonly from: string;
  readonly to: string;
  readonly late_events: LateEvents;
  /** Objects of the batches that hold those events. */
  readonly objects: Sizes;
  /** Rows that stand in the range today, of each table that has dates: what is computed again is among them. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** What is left waiting. */
  readonly unstaged_ledger_rows: number;
  /** It stays. */
  readonly watermark: string | null;
}

/** Plans a backfill of the lake as it stands, and changes nothing. */
export async function backfillPlan(
  context: CommandContext,
  lake: Lake,
  range: BackfillRange,
  at: ReadingPlace,
): Promise<BackfillPlan> {
  const stores = await openLakeStores(lake, context.clock);
  try {
    const rows = await stores.ledger.rows();
    const { watermarkMs } = await readLakeState(stores.ledger);
    const engine = await openReader(context, lake, at);
    try {
      return {
        from: range.from,
        to: range.to,
        late_events: await readLateEvents(engine, range),
        objects: sizesOf(await batchesOfLateEvents(engine, range, rows)),
        tables: await rowsInRange(engine, readModels().models, range),
        unstaged_ledger_rows: rows.filter((row) => row.stagedBy === null).length,
        watermark: watermarkMs === null ? null : new Date(watermarkMs).toISOString(),
      };
    } finally {
      engine.close();
    }
  } finally {
    stores.close();
  }
}

async function batchesOfLateEvents(
  engine: SqlEngine,
  range: DateRange,
  rows: readonly StoredLedgerRow[],
): Promise<readonly StoredLedgerRow[]> {
  const found = await engine.query(
    `select distinct ledger_id from stg_late_events where ${withinRange('event_date', range)}`,
  );
  const ids = new Set(found.rows.map(([id]) => String(id)));
  return rows.filter(({ ledgerId }) => ids.has(ledgerId));
}

async function rowsInRange(
  engine: SqlEngine,
  models: readonly Model[],
  range: BackfillRange,
): Promise<BackfillPlan['tables']> {
  const counts: BackfillPlan['tables'][number][] = [];
  for (const model of models) {
    if (model.kind !== 'table' || range.models?.includes(model.name) === false) continue;
    const sql = countSql(model, range);
    const rows = sql === null ? null : await countOrNone(engine, sql);
    if (rows !== null) counts.push({ table: model.name, rows });
  }
  return counts;
}

/** Whole partitions: a month that the range touches counts whole. Null for a table without dates. */
function countSql({ name, partition }: TableModel, range: DateRange): string | null {
  if (partition.kind === 'none') return null;
  const { column } = partition;
  if (partition.kind === 'date') return `select count(*) from ${name} where ${withinRange(column, range)}`;
  const months = { from: `${range.from.slice(0, 7)}-01`, to: `${range.to.slice(0, 7)}-01` };
  return `select count(*) from ${name} where ${withinRange(`date_trunc('month', ${column})`, months)}`;
}

/** Null for a table that no run of this version has made yet. */
async function countOrNone(engine: SqlEngine, sql: string): Promise<number | null> {
  try {
    return Number((await engine.query(sql)).rows[0]?.[0] ?? 0);
  } catch (error) {
    if (error instanceof SqlError && !error.isTransient) return null;
    throw error;
  }
}

/** The plan for people. */
export function backfillPlanText(plan: BackfillPlan): string {
  const { objects, tables, unstaged_ledger_rows: waiting } = plan;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const names = tables.map((table) => `${table.table} ${formatCount(table.rows)}`);
  return [
    `Would admit ${lateEventsText(plan.late_events)}`,
    `They lie in ${counted(objects.objects, 'object')} (${formatBytes(objects.bytes)} compressed).`,
    `Rows that stand in the range, ${formatCount(rows)} in ${counted(tables.length, 'table')}, of which those that the events touch are computed again:`,
    ...wrapped(
      names.map((name, index) => (index < names.length - 1 ? `${name},` : name)),
      96,
    ).map((line) => `  ${line}`),
    ...(waiting === 0
      ? []
      : [`Left waiting: ${counted(waiting, 'batch', 'batches')} that no run has staged.`]),
    ...(plan.watermark === null ? [] : [`Watermark stays at ${plan.watermark}`]),
    'Nothing was changed.',
  ].join('\n');
}
