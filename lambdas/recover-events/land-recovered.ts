import type { FatedItem } from '../consume-events/batch-items.ts';
import { ledgerRowOf } from '../consume-events/batch-ledger-row.ts';
import { buildObjects } from '../consume-events/batch-objects.ts';
import type { Compression } from '../consume-events/compression.ts';
import type { LedgerOrigin, LedgerRow } from '../domain/ledger.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';

export type RecoveryOrigin = Exclude<LedgerOrigin, 'stream'>;

/** Records that come back out of one object, at least one, all of its shard and in its order. */
export interface Recovery {
  readonly origin: RecoveryOrigin;
  /** Key of the object that held them until now; it stays. */
  readonly recoveredFrom: string;
  readonly items: readonly FatedItem[];
}

/**
 * Lands recovered records as the consumer lands a batch, objects first and the ledger row last, under their original
 * coordinates; the shard's checkpoint is the stream's business and stays. Keys, bytes and row depend on the items alone.
 */
export async function landRecovered(
  recovery: Recovery,
  deps: { readonly objects: ObjectStore; readonly ledger: LedgerStore; readonly compression: Compression },
): Promise<{ readonly row: LedgerRow; readonly isNew: boolean }> {
  const built = buildObjects(recovery.items, deps.compression);
  await Promise.all(built.map(({ entry, body }) => deps.objects.putIfAbsent(entry.key, body)));
  const row = recoveryRow(
    recovery,
    built.map(({ entry }) => entry),
  );
  return { row, isNew: (await deps.ledger.append(row)) === 'appended' };
}

/** The row that the stream would have made of these records as a batch, under an id and with an origin of its own. */
function recoveryRow({ origin, recoveredFrom, items }: Recovery, objects: LedgerRow['objects']): LedgerRow {
  const records = items.map(({ item }) => item.record);
  const batch = { shardId: records[0]?.shardId ?? '', records };
  const row = ledgerRowOf(batch, items, objects);
  const ledgerId = row.ledgerId.replace(/^events\//, `${origin}/`);
  return { ...row, ledgerId, origin, recoveredFrom };
}
