import { describe, expect, test } from 'vitest';
import {
  countFailure,
  forgetFailures,
  LakeStateError,
  readAccepted,
  readFailures,
  writeAccepted,
  writeSeen,
} from '../../../lambdas/ingest-fakestore/kind-state.ts';
import { startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';
import { MemoryLake } from './memory-lake.ts';

function snapshot(slot: string) {
  return { slot, sha256: 'ab', entities: 7, objectKey: `raw/${slot}` };
}

describe('the last accepted snapshot', () => {
  test('is absent at first, then what was written', async () => {
    const lake = new MemoryLake();

    const before = await readAccepted(lake, 'carts');
    await writeAccepted(lake, 'carts', snapshot(SLOTS[0]));

    expect(before).toBeNull();
    expect(await readAccepted(lake, 'carts')).toEqual(snapshot(SLOTS[0]));
    expect(await readAccepted(lake, 'users')).toBeNull();
  });

  test('never goes back to an earlier slot', async () => {
    const lake = new MemoryLake();
    await writeAccepted(lake, 'carts', snapshot(SLOTS[1]));

    await writeAccepted(lake, 'carts', snapshot(SLOTS[0]));

    expect(await readAccepted(lake, 'carts')).toEqual(snapshot(SLOTS[1]));
  });

  test('is decided anew when another writer came between reading and writing', async () => {
    const lake = new MemoryLake();
    lake.hook = (when) => {
      if (when !== 'before' || lake.state.size > 0) return;
      lake.state.set('fakestore_carts_accepted', JSON.stringify(snapshot(SLOTS[1])));
    };

    await writeAccepted(lake, 'carts', snapshot(SLOTS[2]));

    expect(await readAccepted(lake, 'carts')).toEqual(snapshot(SLOTS[2]));
    expect(lake.effects).toHaveLength(2);
  });

  test('is seen again in later slots alone, and only while it is the last', async () => {
    const lake = new MemoryLake();
    const seen = (slot: string, sha256 = 'ab') =>
      writeSeen(lake, 'carts', { sha256, slot, validators: undefined });

    await seen(SLOTS[1]);
    expect(await readAccepted(lake, 'carts')).toBeNull();
    await writeAccepted(lake, 'carts', snapshot(SLOTS[0]));
    await seen(SLOTS[2], 'another');
    expect(await readAccepted(lake, 'carts')).toEqual(snapshot(SLOTS[0]));
    await seen(SLOTS[2]);
    await seen(SLOTS[1]);

    expect(await readAccepted(lake, 'carts')).toEqual({ ...snapshot(SLOTS[0]), seenSlot: SLOTS[2] });
  });

  test('is given up on, loudly, when it changes under every write', async () => {
    const lake = new MemoryLake();
    let writes = 0;
    lake.hook = (when) => {
      if (when !== 'before') return;
      writes += 1;
      lake.state.set('fakestore_carts_accepted', JSON.stringify({ ...snapshot(SLOTS[0]), entities: writes }));
    };

    await expect(writeAccepted(lake, 'carts', snapshot(SLOTS[1]))).rejects.toThrow(LakeStateError);
    expect(writes).toBe(5);
  });
});

describe('failures in a row', () => {
  test('count each slot once, and begin anew after a success', async () => {
    const lake = new MemoryLake();
    const counts = [
      await countFailure(lake, 'users', SLOTS[0]),
      await countFailure(lake, 'users', SLOTS[0]),
      await countFailure(lake, 'users', SLOTS[1]),
    ];
    await forgetFailures(lake, 'users', SLOTS[2]);

    expect(counts).toEqual([1, 1, 2]);
    expect(await readFailures(lake, 'users')).toBe(0);
    expect(await countFailure(lake, 'users', SLOTS[2])).toBe(1);
  });
});

test('fault 37: two ingestions of one slot at once end as one', async () => {
  const store = await startFakeStore();
  const one = new IngestWorld();
  const two = new IngestWorld();

  await one.ingest(store.url);
  const reports = await Promise.all([two.ingest(store.url), two.ingest(store.url)]);
  await store.close();

  expect(two.lake.contents()).toEqual(one.lake.contents());
  expect(reports.flatMap((report) => report.kinds.map((kind) => kind.outcome))).not.toContain('refused');
});
