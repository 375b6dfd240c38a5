import {
  type ConsumeDependencies,
  type ConsumeSettings,
  consumeBatch,
} from '../consume-events/consume-batch.ts';
import type { LedgerRow } from '../domain/ledger.ts';
import type { StreamBatch, StreamReader } from '../ports/stream.ts';
import type { TimeBudget } from '../ports/time-budget.ts';
import { discardedBatch } from './discarded-batch.ts';
import { type Failure, parseFailure, UnreadableFailureError } from './failure-object.ts';
import { type FailurePlace, listFailures, markRedriven } from './failure-store.ts';

export interface RedriveDependencies extends ConsumeDependencies {
  readonly failures: FailurePlace;
  /** For failures that hold positions only. */
  readonly stream: StreamReader;
}

export interface RedriveOptions {
  readonly settings: ConsumeSettings;
  /** Only batches whose last record arrived then or later; null: all. */
  readonly sinceMs: number | null;
  readonly shardId: string | null;
  /** Reads and names, and changes nothing. */
  readonly isDryRun: boolean;
  /** No batch is begun with less left; without it all are worked on. */
  readonly budget?: TimeBudget;
  readonly onBatch?: (batch: RedrivenBatch) => void;
}

/** A batch that was redriven, or would be. */
export interface RedrivenBatch {
  readonly failure: string;
  readonly shardId: string;
  readonly firstSequence: string;
  readonly lastSequence: string;
  readonly records: number;
}

/** A failure that stays, and why. */
export interface RemainingFailure {
  readonly failure: string;
  readonly problem: string;
}

export interface RedriveReport {
  readonly redriven: readonly RedrivenBatch[];
  /** Of the rows of the redriven batches, those that the ledger had already are left out. */
  readonly landed: Counts;
  /** Failures that stay for a human: unreadable ones, and those whose records have left the stream. */
  readonly remaining: readonly RemainingFailure[];
  /** Redriven before. */
  readonly done: number;
  /** Left alone by `sinceMs` and `shardId`. */
  readonly passedOver: number;
  /** Not looked at for want of time: call again. */
  readonly left: number;
}

type Counts = Pick<LedgerRow, 'received' | 'accepted' | 'duplicate' | 'quarantined'>;

const NOTHING: Counts = { received: 0, accepted: 0, duplicate: 0, quarantined: 0 };

/**
 * Lands the batches that an event source mapping gave up, under their original coordinates and arrival times, through the
 * use case that they should have gone through; then marks each. A second call does nothing, and one that is cut off is
 * taken up where it ended: a batch that landed without its mark finds its own objects and row. What cannot be read is
 * named and left. Throws what the stores throw; what was redriven until then is marked.
 */
export async function redriveFailures(
  deps: RedriveDependencies,
  options: RedriveOptions,
): Promise<RedriveReport> {
  const redriven: RedrivenBatch[] = [];
  const remaining: RemainingFailure[] = [];
  let [landed, done, passedOver, left] = [NOTHING, 0, 0, 0];
  for await (const { key, isRedriven } of listFailures(deps.failures)) {
    if (isRedriven) {
      done += 1;
      continue;
    }
    if (!hasTime(options.budget)) {
      left += 1;
      continue;
    }
    const outcome = await redriveOne(deps, options, key);
    if (outcome.kind === 'passed over') passedOver += 1;
    else if (outcome.kind === 'remains') remaining.push({ failure: key, problem: outcome.problem });
    else {
      redriven.push(outcome.batch);
      landed = sum(landed, outcome.landed);
      options.onBatch?.(outcome.batch);
    }
  }
  report(deps, { redriven, remaining, left }, options.isDryRun);
  return { redriven, landed, remaining, done, passedOver, left };
}

function hasTime(budget: TimeBudget | undefined): boolean {
  return budget === undefined || budget.remainingMs() > budget.marginMs;
}

type Outcome =
  | { readonly kind: 'redriven'; readonly batch: RedrivenBatch; readonly landed: Counts }
  | { readonly kind: 'remains'; readonly problem: string }
  | { readonly kind: 'passed over' };

async function redriveOne(deps: RedriveDependencies, options: RedriveOptions, key: string): Promise<Outcome> {
  try {
    const bytes = await deps.failures.objects.get(key);
    if (bytes === null) return { kind: 'remains', problem: 'has gone since it was listed' };
    const failure = parseFailure(bytes);
    if (!isWanted(failure, options)) return { kind: 'passed over' };
    const batches = batchesOf(failure, deps.stream);
    const { shardId, firstSequence, lastSequence, records } = failure;
    const batch = { failure: key, shardId, firstSequence, lastSequence, records };
    return await landAll(deps, options, { batch, batches, isWhole: failure.payload !== null });
  } catch (error) {
    if (error instanceof UnreadableFailureError) return { kind: 'remains', problem: error.message };
    throw error;
  }
}

function isWanted(failure: Failure, { sinceMs, shardId }: RedriveOptions): boolean {
  return (
    (sinceMs === null || failure.lastArrivalMs >= sinceMs) &&
    (shardId === null || failure.shardId === shardId)
  );
}

/** The failure's own records; of one that holds positions only, what the stream still holds of them. */
async function* batchesOf(failure: Failure, stream: StreamReader): AsyncGenerator<StreamBatch> {
  if (failure.payload !== null) {
    yield discardedBatch(failure);
    return;
  }
  const { shardId } = failure;
  for await (const records of stream.readRange(failure)) if (records.length > 0) yield { shardId, records };
}

async function landAll(
  deps: RedriveDependencies,
  { settings, isDryRun }: RedriveOptions,
  work: {
    readonly batch: RedrivenBatch;
    readonly batches: AsyncIterable<StreamBatch>;
    readonly isWhole: boolean;
  },
): Promise<Outcome> {
  const { batch, batches, isWhole } = work;
  const rows: LedgerRow[] = [];
  let [records, landed] = [0, NOTHING];
  for await (const part of batches) {
    records += part.records.length;
    if (isDryRun) continue;
    for await (const { row, isNew } of landPart(part, deps, settings)) {
      rows.push(row);
      if (isNew) landed = sum(landed, row);
    }
  }
  const missing = isWhole ? 0 : batch.records - records;
  if (missing > 0) {
    const problem = `holds positions only, and ${missing} of its ${batch.records} records have left the stream`;
    return { kind: 'remains', problem };
  }
  if (!isDryRun) {
    const ledgerIds = rows.map(({ ledgerId }) => ledgerId);
    const counts = rows.reduce<Counts>(sum, NOTHING);
    await markRedriven(deps.failures, { failure: batch.failure, ledger_ids: ledgerIds, ...counts });
  }
  return { kind: 'redriven', batch: { ...batch, records }, landed };
}

/** Lands a batch whole, in as many pieces as the settings' bound on memory asks for. */
async function* landPart(
  batch: StreamBatch,
  deps: RedriveDependencies,
  settings: ConsumeSettings,
): AsyncGenerator<{ readonly row: LedgerRow; readonly isNew: boolean }> {
  for (let rest = batch; rest.records.length > 0; ) {
    const { row, isNew, firstUndone } = await consumeBatch(rest, deps, settings);
    if (row === null)
      throw new Error(`no record of ${rest.records.length} could be landed; maxBatchBytes is too small`);
    yield { row, isNew };
    const done = rest.records.findIndex((record) => record.sequenceNumber === firstUndone);
    rest = { shardId: batch.shardId, records: done < 0 ? [] : rest.records.slice(done) };
  }
}

function sum(left: Counts, right: Counts): Counts {
  return {
    received: left.received + right.received,
    accepted: left.accepted + right.accepted,
    duplicate: left.duplicate + right.duplicate,
    quarantined: left.quarantined + right.quarantined,
  };
}

function report(
  { telemetry }: RedriveDependencies,
  { redriven, remaining, left }: Pick<RedriveReport, 'redriven' | 'remaining' | 'left'>,
  isDryRun: boolean,
): void {
  for (const { failure, problem } of remaining)
    telemetry.error('failure stays', { failure, detail: problem });
  if (isDryRun) return;
  telemetry.count('BatchesRedriven', redriven.length);
  telemetry.count('FailuresRemaining', remaining.length);
  telemetry.count('FailuresLeft', left);
}
