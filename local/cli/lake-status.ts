import type { StoredLedgerRow } from '../../lambdas/domain/ledger.ts';
import { ledgerTotals } from '../../lambdas/domain/ledger-totals.ts';
import { readLakeState, readRun } from '../../lambdas/run-lake/lake-state.ts';
import type { CheckReport, RunRecord } from '../../lambdas/run-lake/run-record.ts';
import type { Lake } from '../lake.ts';
import { readSources } from '../lake-sources.ts';
import type { LakeStores } from '../lake-stores.ts';
import { sourceAnswer } from './ingest-source.ts';

/** How a lake stands, from its ledger and state alone: it can be asked while a run works. Keys as `--json` shows them. */
export interface LakeStatus {
  readonly lake: string;
  readonly events: EventTotals;
  readonly batch_sources: readonly {
    readonly source: string;
    readonly snapshots: number;
    readonly newest: string;
  }[];
  readonly waiting: { readonly records: number; readonly oldest_arrival: string | null };
  readonly unstaged_ledger_rows: number;
  readonly watermark: string | null;
  readonly reporting_currency: string | null;
  /** As of the last run. */
  readonly too_late_events: number;
  readonly other_currency_orders: number;
  readonly last_run: LastRun | null;
  readonly sources: readonly ReturnType<typeof sourceAnswer>[];
}

export interface EventTotals {
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly quarantine_reasons: Readonly<Record<string, number>>;
  readonly dedup_bypassed: number;
  /** Copies of counted records that the stream gave again after a crash. */
  readonly redelivered: number;
  readonly newest_arrival: string | null;
}

export interface LastRun {
  readonly run_id: string;
  readonly status: RunRecord['status'];
  readonly started_at: string;
  readonly duration_s: number | null;
  readonly failed_checks: readonly string[];
  readonly warned_checks: readonly string[];
}

export async function readLakeStatus(
  lake: Lake,
  stores: LakeStores,
  waiting: { readonly records: number; readonly oldestArrivalMs: number | null },
): Promise<LakeStatus> {
  const rows = await stores.ledger.rows();
  const state = await readLakeState(stores.ledger);
  const run = await readRun(stores.ledger);
  return {
    lake: lake.folder,
    events: eventTotals(rows),
    batch_sources: batchTotals(rows),
    waiting: { records: waiting.records, oldest_arrival: iso(waiting.oldestArrivalMs) },
    unstaged_ledger_rows: rows.filter((row) => row.stagedBy === null).length,
    watermark: iso(state.watermarkMs),
    reporting_currency: state.reportingCurrency,
    too_late_events: run?.reconciliation?.tooLate ?? 0,
    other_currency_orders: run?.checks.find((check) => check.check === 'other_currency')?.badRows ?? 0,
    last_run: run === null ? null : lastRun(run),
    sources: (await readSources(stores.ledger)).map(sourceAnswer),
  };
}

/** Sums of the ledger's rows of the stream, each record once; reasons by their count. */
export function eventTotals(rows: readonly StoredLedgerRow[]): EventTotals {
  const { quarantineReasons, dedupBypassed, ...totals } = ledgerTotals(rows);
  const reasons = Object.entries(quarantineReasons).sort(([, left], [, right]) => right - left);
  const events = rows.filter((row) => row.source === 'events');
  return {
    ...totals,
    quarantine_reasons: Object.fromEntries(reasons),
    dedup_bypassed: dedupBypassed,
    newest_arrival: newest(events.map((row) => row.maxArrivalTime)),
  };
}

function batchTotals(rows: readonly StoredLedgerRow[]): LakeStatus['batch_sources'] {
  const bySource = new Map<string, string[]>();
  for (const row of rows) {
    if (row.source === 'events') continue;
    bySource.set(row.source, [...(bySource.get(row.source) ?? []), row.maxArrivalTime]);
  }
  return [...bySource].map(([source, arrivals]) => ({
    source,
    snapshots: arrivals.length,
    newest: newest(arrivals) ?? '',
  }));
}

function lastRun(run: RunRecord): LastRun {
  const bad = (severity: CheckReport['severity']) =>
    run.checks
      .filter((check) => check.severity === severity && check.badRows > 0)
      .map((check) => `${check.check} (${check.badRows})`);
  return {
    run_id: run.runId,
    status: run.status,
    started_at: new Date(run.startedAtMs).toISOString(),
    duration_s: run.finishedAtMs === null ? null : (run.finishedAtMs - run.startedAtMs) / 1000,
    failed_checks: bad('error'),
    warned_checks: bad('warn'),
  };
}

function newest(times: readonly string[]): string | null {
  return times.reduce<string | null>(
    (latest, time) => (latest === null || time > latest ? time : latest),
    null,
  );
}

function iso(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
