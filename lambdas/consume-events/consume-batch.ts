import type { LedgerRow } from '../domain/ledger.ts';
import type { ClaimStore } from '../ports/claim-store.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { StreamBatch } from '../ports/stream.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { itemsOf } from './batch-items.ts';
import { ledgerRowOf } from './batch-ledger-row.ts';
import { buildObjects } from './batch-objects.ts';
import type { Compression } from './compression.ts';
import { decideFates } from './decide-fates.ts';
import { reportBatch } from './report-batch.ts';

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
}

/** The time that is left for the work, as the caller's clock tells it. */
export interface TimeBudget {
  remainingMs(): number;
  /** What landing the records in hand may take: with less left, no new ones are begun. */
  readonly marginMs: number;
}

export interface BatchOutcome {
  /** What the ledger says of what landed; null when nothing did. */
  readonly row: LedgerRow | null;
  /** False when the same batch had landed before and its row stood already. */
  readonly isNew: boolean;
  /** Sequence number of the first record that was left for want of time; null when none was. */
  readonly firstUndone: string | null;
}

/**
 * Lands one batch: raw, duplicates and quarantine objects, then the ledger row, then the shard's checkpoint. Whatever
 * the records hold, it does not throw; it throws when a store fails, and then the same batch (or any other cut of its
 * records) is to be given again. Keys, bytes and row depend on the batch and the claim answers alone.
 */
export async function consumeBatch(
  batch: StreamBatch,
  dependencies: ConsumeDependencies,
  settings: ConsumeSettings,
  _budget?: TimeBudget,
): Promise<BatchOutcome> {
  const last = batch.records.at(-1);
  if (last === undefined) return { row: null, isNew: false, firstUndone: null };
  const { objects, claims, ledger, telemetry } = dependencies;

  const items = await decideFates(itemsOf(batch), claims, settings.claimTtlMs);
  const built = buildObjects(items, settings.compression);
  await Promise.all(built.map(({ entry, body }) => objects.putIfAbsent(entry.key, body)));

  const entries = built.map(({ entry }) => entry);
  const row = ledgerRowOf(batch, items, entries);
  const isNew = (await ledger.append(row)) === 'appended';

  const { sequenceNumber: sequence, arrivalTimeMs } = last;
  await ledger.advanceCheckpoint({ source: 'events', shardId: batch.shardId, sequence, arrivalTimeMs });
  reportBatch(telemetry, row, isNew);
  return { row, isNew, firstUndone: null };
}
