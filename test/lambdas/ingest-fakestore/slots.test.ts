import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CATALOGUE_DATA, withPrice } from '../../../simulator/fakestore/data.ts';
import { NULL_FAULT } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore();
  world = new IngestWorld();
});
afterEach(() => store.close());

describe('a slot', () => {
  test('that has landed is reported again without a request, and changes nothing', async () => {
    const first = await world.ingest(store.url);
    const before = world.lake.contents();
    store.setData(withPrice(CATALOGUE_DATA, 1, 1));

    const again = await world.ingest(store.url);

    expect(again.kinds.map((kind) => kind.objectKey)).toEqual(first.kinds.map((kind) => kind.objectKey));
    expect(again.kinds.map((kind) => [kind.outcome, kind.attempts])).toEqual([
      ['accepted', 0],
      ['accepted', 0],
      ['accepted', 0],
    ]);
    expect(store.requests()).toHaveLength(3);
    expect(world.lake.contents()).toEqual(before);
  });

  test('that is run again after a later one does not bring the older snapshot back', async () => {
    await world.ingest(store.url);
    store.setData(withPrice(CATALOGUE_DATA, 1, 1));
    await world.ingest(store.url, { slot: SLOTS[1] });
    const before = world.lake.contents();

    await world.ingest(store.url, { slot: SLOTS[0] });

    expect(world.lake.contents()).toEqual(before);
  });

  test('before the last accepted one is refused: the API has no past to ask for', async () => {
    await world.ingest(store.url, { slot: SLOTS[1] });
    const before = world.lake.contents();

    const report = await world.ingestKind('products', store.url, { slot: SLOTS[0] });

    expect(report).toMatchObject({ outcome: 'refused', attempts: 0, consecutiveFailures: 0 });
    expect(report.detail).toBe(`the slot ${SLOTS[0]} is not after the last one that was taken, ${SLOTS[1]}`);
    expect(world.lake.contents()).toEqual(before);
  });

  test('that brought the same as the one before is done too: run again, it asks for nothing', async () => {
    await world.ingest(store.url);
    await world.ingest(store.url, { slot: SLOTS[1] });
    store.setData(withPrice(CATALOGUE_DATA, 1, 1));
    const before = world.lake.contents();
    const requests = store.requests().length;

    const again = await world.ingest(store.url, { slot: SLOTS[1] });
    const next = await world.ingestKind('products', store.url, { slot: SLOTS[2] });

    expect(again.kinds.map(({ outcome, entities, attempts }) => [outcome, entities, attempts])).toEqual([
      ['unchanged', 20, 0],
      ['unchanged', 10, 0],
      ['unchanged', 7, 0],
    ]);
    expect(store.requests()).toHaveLength(requests + 3);
    expect(next.outcome).toBe('accepted');
    expect(before).not.toEqual(world.lake.contents());
  });

  test('that failed is taken when it is run again', async () => {
    await world.ingest(store.url);
    store.setData(withPrice(CATALOGUE_DATA, 1, 1));
    store.setFaults('products', [NULL_FAULT]);
    const failed = await world.ingestKind('products', store.url, { slot: SLOTS[1] });
    store.setFaults('products', []);

    const again = await world.ingestKind('products', store.url, { slot: SLOTS[1] });

    expect([failed.outcome, again.outcome]).toEqual(['refused', 'accepted']);
  });

  test.each(['', 'now', '2026-01-31', '2026-01-31T10:00:00', '2026-13-31T10:00:00Z'])(
    'that reads %j is an error of the caller',
    async (slot) => {
      await expect(world.ingest(store.url, { slot })).rejects.toThrow(/^The slot is .*; give an ISO time/);
      expect(store.requests()).toEqual([]);
    },
  );
});
