import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import type { ClaimStore } from '../../../lambdas/ports/claim-store.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { checkBatch, type Tally } from './check-batch.ts';
import { type PlacedRecord, SHARD_ID } from './generate-records.ts';

const SETTINGS = {
  claimTtlMs: 8 * 86_400_000,
  compression: openCompression({ codec: 'gzip', level: 1 }),
};

/** Gives records to the consumer as one batch and checks where each event lands. Throws as checkBatch does. */
export async function landBatch(placed: readonly PlacedRecord[], claims: ClaimStore): Promise<Tally> {
  const objects = new MemoryObjectStore();
  const records = placed.map(({ sequence, arrivalTimeMs, data }) => ({
    shardId: SHARD_ID,
    sequenceNumber: sequence,
    partitionKey: 'device-1',
    arrivalTimeMs,
    data,
  }));
  const { row } = await consumeBatch(
    { shardId: SHARD_ID, records },
    { objects, claims, ledger: new MemoryLedgerStore(), telemetry: new MemoryTelemetry() },
    SETTINGS,
  );
  if (row === null) throw new Error('a batch left no row in the ledger');
  return checkBatch(placed, row, objects.objects);
}
