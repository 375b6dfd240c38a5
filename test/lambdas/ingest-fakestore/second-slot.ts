import { expect } from 'vitest';
import type { StoreKind } from '../../../lambdas/domain/store/store-kind.ts';
import type { KindReport } from '../../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import type { Fault } from '../../../simulator/fakestore/faults.ts';
import type { FakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { type IngestOptions, type IngestWorld, reportOf, SLOTS } from './ingest-world.ts';

export interface SecondSlot extends Omit<IngestOptions, 'slot'> {
  readonly kind: StoreKind;
  readonly faults: readonly Fault[];
}

/**
 * Runs the second slot with one kind under faults. Returns its report, after checking what holds whatever the fault:
 * nothing landed, the last accepted snapshot stands, the other kinds had their turn.
 */
export async function runSecondSlot(
  world: IngestWorld,
  store: FakeStore,
  { kind, faults, ...options }: SecondSlot,
): Promise<KindReport> {
  const before = { objects: world.lake.objects.size, rows: world.lake.ledgerRows.size };
  const accepted = acceptedOf(world, kind);
  store.setFaults(kind, faults);

  const report = await world.ingest(store.url, { slot: SLOTS[1], ...options });

  const others = report.kinds.filter((each) => each.kind !== kind);
  expect(others.map((each) => each.outcome)).toEqual(['unchanged', 'unchanged']);
  expect({ objects: world.lake.objects.size, rows: world.lake.ledgerRows.size }).toEqual(before);
  expect(acceptedOf(world, kind)).toEqual(accepted);
  return reportOf(report, kind);
}

/** The snapshot that counts as the last good one, whenever it was last seen. */
function acceptedOf(world: IngestWorld, kind: StoreKind): unknown {
  const { slot, sha256, entities, objectKey } = JSON.parse(
    world.lake.state.get(`fakestore_${kind}_accepted`) ?? '{}',
  );
  return { slot, sha256, entities, objectKey };
}
