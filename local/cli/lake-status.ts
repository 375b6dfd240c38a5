import type { StoredLedgerRow } from '../../lambdas/domain/ledger.ts';
import { ledgerTotals } from '../../lambdas/domain/ledger-totals.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { LeaseStore } from '../../lambdas/ports/lease-store.ts';
import { readLakeState } from '../../lambdas/run-lake/lake-state.ts';
import { readBuildRun } from '../../lambdas/run-lake/run-history.ts';
import type { CheckReport, RunRecord } from '../../lambdas/run-lake/run-record.ts';
import type { Lake } from '../lake.ts';
import { readSources } from '../lake-sources.ts';
import type { LakeStores } from '../lake-stores.ts';
import type { WaitingShard } from '../lake-stream.ts';
import { sourceAnswer } from './ingest-source.ts';
import { lookAtLease } from './lake-lease.ts';
import { readGaps } from './status/gaps.ts';
import { type ShardStatus, shardStatuses } from './status/shard-status.ts';
import { type Troubles, troublesOf } from './status/troubles.ts';

/** How a lake stands, from its ledger and state alone: it can be asked while a run works. Keys as `--json` shows them. */
export interface LakeStatus {
  readonly lake: string;
  readonly events: EventTotals;
  readonly batch_sources: readonly {
    readonly source: string;
    /** Snapshots of an API, or files. */
    readonly snapshots: number;
    readonly newest: string;
    readonly accepted: number;
    readonly quarantined: number;
    readonly quarantine_reasons: Readonly<Record<string, number>>;
    /** Names under which files came again that had landed before. */
    readonly skipped_copies: number;
  }[];
  readonly waiting: { readonly records: number; readonly oldest_arrival: string | null };
  readonly shards: readonly ShardStatus[];
  readonly unstaged_ledger_rows: number;
  readonly watermark: string | null;
  readonly reporting_currency: string | null;
  /** As of the last run. */
  readonly too_late_events: number;
  readonly other_currency: OtherCurrency;
  readonly last_run: LastRun | null;
  readonly troubles: Troubles;
  readonly sources: readonly ReturnType<typeof sourceAnswer>[];
}

export interface EventTotals {
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  /** Still out; the reasons count those too that were replayed. */
  readonly quarantined: number;
  readonly replayed: number;
  /** Out of duplicates. */
  readonly reinstated: number;
  readonly quarantine_reasons: Readonly<Record<string, number>>;
  readonly dedup_bypassed: number;
  /** Copies of counted records that the stream gave again after a crash. */
  readonly redelivered: number;
  readonly newest_arrival: string | null;
}

/** Orders and refunds whose money is left out; null where the run's record does not tell the two apart. */
export interface OtherCurrency {
  readonly total: number;
  readonly orders: number | null;
  readonly refunds: number | null;
}

export interface LastRun {
  readonly run_id: string;
  /** `cut_off`: it was never ended, and the process that worked on it no longer holds the lake. */
  readonly status: RunRecord['status'] | 'cut_off';
  readonly started_at: string;
  readonly duration_s: number | null;
  readonly failed_checks: readonly string[];
  readonly warned_checks: readonly string[];
}

export async function readLakeStatus(
  lake: Lake,
  at: { readonly stores: LakeStores; readonly clock: Clock },
  waiting: readonly WaitingShard[],
): Promise<LakeStatus> {
  const { stores, clock } = at;
  const rows = await stores.ledger.rows();
  const state = await readLakeState(stores.ledger);
  const run = await readBuildRun(stores.ledger);
  const gaps = await readGaps(stores.objects);
  const checkpoints = await stores.ledger.checkpoints();
  const arrivals = waiting.flatMap((shard) => shard.oldestArrivalMs ?? []);
  return {
    lake: lake.folder,
    events: eventTotals(rows),
    batch_sources: batchTotals(rows),
    waiting: {
      records: waiting.reduce((sum, shard) => sum + shard.records, 0),
      oldest_arrival: arrivals.length === 0 ? null : iso(Math.min(...arrivals)),
    },
    shards: shardStatuses({ checkpoints, waiting, gaps }, clock.nowMs()),
    unstaged_ledger_rows: rows.filter((row) => row.stagedBy === null).length,
    watermark: iso(state.watermarkMs),
    reporting_currency: state.reportingCurrency,
    too_late_events: run?.reconciliation?.tooLate ?? 0,
    other_currency: otherCurrency(run?.checks.find((check) => check.check === 'other_currency')),
    last_run: run === null ? null : lastRun(run, await isCutOff(run, stores.leases, clock)),
    troubles: troublesOf(run, await stores.ledger.setAsides(), gaps),
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
  const batches = rows.filter((row) => row.source !== 'events');
  return [...Map.groupBy(batches, (row) => row.source)].map(([source, ofSource]) => {
    const landed = ofSource.filter((row) => !isCopy(row));
    return {
      source,
      snapshots: landed.length,
      newest: newest(landed.map((row) => row.maxArrivalTime)) ?? '',
      accepted: landed.reduce((sum, row) => sum + row.accepted, 0),
      quarantined: landed.reduce((sum, row) => sum + row.quarantined, 0),
      quarantine_reasons: reasonTotals(landed),
      skipped_copies: ofSource.length - landed.length,
    };
  });
}

/** A row without objects holds nothing: it says that a file came again under another name. */
export function isCopy({ objects }: StoredLedgerRow): boolean {
  return objects.length === 0;
}

/** The most frequent first. */
export function reasonTotals(rows: readonly StoredLedgerRow[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const [reason, count] of rows.flatMap((row) => Object.entries(row.quarantineReasons)))
    totals.set(reason, (totals.get(reason) ?? 0) + count);
  return Object.fromEntries([...totals].sort(([, left], [, right]) => right - left));
}

/**
 * The two kinds of the check's bad rows. Its examples are the first few, orders before refunds: they tell the kinds
 * apart when they are all there are, or reach the refunds.
 */
export function otherCurrency(report: Pick<CheckReport, 'badRows' | 'examples'> | undefined): OtherCurrency {
  const total = report?.badRows ?? 0;
  const examples = report?.examples ?? [];
  const orders = examples.filter((example) => example.kind === 'order').length;
  const isTold = examples.length === total || orders < examples.length;
  return { total, orders: isTold ? orders : null, refunds: isTold ? total - orders : null };
}

/** A run's id ends in the id of its process: whoever else holds the lake now is not at work on it. */
export async function isCutOff(run: RunRecord, leases: LeaseStore, clock: Clock): Promise<boolean> {
  if (run.status !== 'running') return false;
  const { holder, isDead } = await lookAtLease(leases, clock, 'status');
  return holder === null || isDead || !run.runId.endsWith(`-${holder.processId}`);
}

function lastRun(run: RunRecord, wasCutOff: boolean): LastRun {
  const bad = (severity: CheckReport['severity']) =>
    run.checks
      .filter((check) => check.severity === severity && check.badRows > 0)
      .map((check) => `${check.check} (${check.badRows})`);
  return {
    run_id: run.runId,
    status: wasCutOff ? 'cut_off' : run.status,
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
