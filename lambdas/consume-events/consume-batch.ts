import type { LedgerRow } from '../domain/ledger.ts';
import type { ClaimStore } from '../ports/claim-store.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { StreamBatch } from '../ports/stream.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { TimeBudget } from '../ports/time-budget.ts';
import { type FatedItem, itemsOf } from './batch-items.ts';
import { ledgerRowOf } from './batch-ledger-row.ts';
import { buildObjects } from './batch-objects.ts';
import type { Compression } from './compression.ts';
import { FateJudge } from './decide-fates.ts';
import { countWithin, slicesInTime } from './record-slices.ts';
import { reportBatch } from './report-batch.ts';

export type { TimeBudget };

export interface ConsumeDependencies {
  readonly objects: ObjectStore;
  /** Null: no claims (mode `ledger`), the MERGE alone finds copies that stand in different batches. */
  readonly claims: ClaimStore | null;
  readonly ledger: LedgerStore;
  readonly telemetry: Telemetry;
}

export interface ConsumeSettings {
  /** Longer than the stream's retention and the longest replay together. */
  readonly claimTtlMs: number;
  readonly compression: Compression;
  /** Records that hold more together are landed only so far: what one call needs of memory follows from it. */
  readonly maxBatchBytes?: number;
}

export interface BatchOutcome {
  /** What the ledger says of what landed; null when nothing did. */
  readonly row: LedgerRow | null;
  /** False when the same batch had landed before and its row stood already. */
  readonly isNew: boolean;
  /** Sequence number of the first record that was left, for want of time or of memory; null when none was. */
  readonly firstUndone: string | null;
}

/**
 * Lands one batch: raw, duplicates and quarantine objects, then the ledger row, then the shard's checkpoint. Whatever
 * the records hold, it does not throw; it throws when a store fails, and then the same batch (or any other cut of its
 * records) is to be given again. Keys, bytes and row depend on the records that land and the claim answers alone.
 *
 * @param budget with too little time left no further records are begun: those before `firstUndone` have landed as a
 *   batch of their own, and the rest is to be given again. Absent: all are landed, whatever it takes.
 */
export async function consumeBatch(
  batch: StreamBatch,
  dependencies: ConsumeDependencies,
  settings: ConsumeSettings,
  budget?: TimeBudget,
): Promise<BatchOutcome> {
  const { shardId } = batch;
  const fitting = countWithin(settings.maxBatchBytes ?? Number.POSITIVE_INFINITY, batch.records);
  const judge = new FateJudge(dependencies.claims, settings.claimTtlMs);
  const items: FatedItem[] = [];
  let done = 0;
  for (const slice of slicesInTime(batch.records.slice(0, fitting), budget)) {
    for (const item of await judge.decide(itemsOf(slice, shardId))) items.push(item);
    done += slice.length;
  }
  const firstUndone = batch.records[done]?.sequenceNumber ?? null;
  const landed = { shardId, records: batch.records.slice(0, done) };
  return { ...(await land(landed, items, dependencies, settings)), firstUndone };
}

/** Writes what was decided, in the order that a crash may cut anywhere. */
async function land(
  batch: StreamBatch,
  items: readonly FatedItem[],
  { objects, ledger, telemetry }: ConsumeDependencies,
  { compression }: ConsumeSettings,
): Promise<Pick<BatchOutcome, 'row' | 'isNew'>> {
  const last = batch.records.at(-1);
  if (last === undefined) return { row: null, isNew: false };
  const built = buildObjects(items, compression);
  await Promise.all(built.map(({ entry, body }) => objects.putIfAbsent(entry.key, body)));

  const row = ledgerRowOf(
    batch,
    items,
    built.map(({ entry }) => entry),
  );
  const isNew = (await ledger.append(row)) === 'appended';

  const { sequenceNumber: sequence, arrivalTimeMs } = last;
  await ledger.advanceCheckpoint({ source: 'events', shardId: batch.shardId, sequence, arrivalTimeMs });
  reportBatch(telemetry, row, isNew);
  return { row, isNew };
}
