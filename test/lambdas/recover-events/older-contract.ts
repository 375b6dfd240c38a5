import { type BatchItem, itemsOf } from '../../../lambdas/consume-events/batch-items.ts';
import { ledgerRowOf } from '../../../lambdas/consume-events/batch-ledger-row.ts';
import { buildObjects } from '../../../lambdas/consume-events/batch-objects.ts';
import type { ConsumeSettings } from '../../../lambdas/consume-events/consume-batch.ts';
import { decideFates } from '../../../lambdas/consume-events/decide-fates.ts';
import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { ClaimStore } from '../../../lambdas/ports/claim-store.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import type { StreamBatch } from '../../../lambdas/ports/stream.ts';

/** Lands a batch as a consumer did whose contract did not know a type yet: its events stand in quarantine. */
export async function landUnderOlderContract(
  batch: StreamBatch,
  unknownType: string,
  deps: {
    readonly objects: ObjectStore;
    readonly claims: ClaimStore | null;
    readonly ledger: LedgerStore;
    readonly settings: ConsumeSettings;
  },
): Promise<LedgerRow> {
  const { objects, claims, ledger, settings } = deps;
  const items = itemsOf(batch.records, batch.shardId).map((item) => refused(item, unknownType));
  const fated = await decideFates(items, claims, settings.claimTtlMs);
  const built = buildObjects(fated, settings.compression);
  for (const { entry, body } of built) await objects.putIfAbsent(entry.key, body);
  const row = ledgerRowOf(
    batch,
    fated,
    built.map(({ entry }) => entry),
  );
  await ledger.append(row);
  return row;
}

function refused(item: BatchItem, unknownType: string): BatchItem {
  const { record, checked } = item;
  const { data } = record;
  if (checked.kind === 'rejected' || !Buffer.from(data).includes(`"event_type":"${unknownType}"`))
    return item;
  const breach = {
    reason: 'unknown_type',
    detail: `event_type ${unknownType} is not of the contract`,
  } as const;
  const { eventId } = checked;
  return {
    ...item,
    checked: { kind: 'rejected', ...breach, eventId, source: data, from: 0, to: data.length },
  };
}
