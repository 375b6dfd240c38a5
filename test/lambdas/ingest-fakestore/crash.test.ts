import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE_DATA, withPrice } from '../../../simulator/fakestore/data.ts';
import { HTML_522_FAULT } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';

let store: FakeStore;
beforeAll(async () => {
  store = await startFakeStore();
});
afterAll(() => store.close());

/** The store of the second slot: new prices, one kind down in the first slot and back in the second. */
const CHANGED = withPrice(CATALOGUE_DATA, 1, 99.95);

/** A world in which products have failed once, so that a success has a failure count to forget. */
async function worldAfterFirstSlot(): Promise<IngestWorld> {
  const world = new IngestWorld();
  store.setData(CATALOGUE_DATA);
  store.setFaults('products', []);
  await world.ingest(store.url);
  store.setFaults('products', [HTML_522_FAULT]);
  await world.ingest(store.url, { slot: SLOTS[1], settings: { maxAttempts: 1 } });
  store.setFaults('products', []);
  store.setData(CHANGED);
  return world;
}

/** Kills the process at one effect: neither it (`before`) nor any later one happens. */
function crashAt(world: IngestWorld, point: number, when: 'before' | 'after'): void {
  let effects = 0;
  let isDead = false;
  world.lake.hook = (moment) => {
    if (moment === 'before' && isDead) throw new Error('dead');
    if (moment === when) effects += 1;
    if (moment === when && effects === point) {
      isDead = true;
      throw new Error('crash');
    }
  };
}

/** What stands, but for the validators: a retry that asks nothing knows none, and the next slot reads the list whole. */
function settled(world: IngestWorld): unknown {
  const states = [...world.lake.state].map(([name, text]) => {
    const { validators: _, ...state } = JSON.parse(text);
    return [name, state];
  });
  return { ...Object(world.lake.contents()), state: Object.fromEntries(states) };
}

const FIRST_SLOT_EFFECTS = 9;
/** Two kinds of them are unchanged: their slot alone is remembered. */
const THIRD_SLOT_EFFECTS = 6;

describe('fault 38: a crash at any effect and a retry of the slot end as if nothing had happened', () => {
  const points = (effects: number): [number, 'before' | 'after'][] =>
    Array.from({ length: effects }, (_, index) => index + 1).flatMap(
      (point): [number, 'before' | 'after'][] => [
        [point, 'before'],
        [point, 'after'],
      ],
    );

  test.each(points(FIRST_SLOT_EFFECTS))('first snapshot, effect %i, %s it', async (point, when) => {
    store.setData(CATALOGUE_DATA);
    store.setFaults('products', []);
    const whole = new IngestWorld();
    const broken = new IngestWorld();
    await whole.ingest(store.url);
    expect(whole.lake.effects).toHaveLength(FIRST_SLOT_EFFECTS);
    crashAt(broken, point, when);

    await expect(broken.ingest(store.url)).rejects.toThrow();
    broken.lake.hook = () => undefined;
    const retry = await broken.ingest(store.url);

    expect(settled(broken)).toEqual(settled(whole));
    expect(retry.kinds.map((kind) => kind.outcome)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test.each(points(THIRD_SLOT_EFFECTS))('changed prices, effect %i, %s it', async (point, when) => {
    const whole = await worldAfterFirstSlot();
    const broken = await worldAfterFirstSlot();
    const before = whole.lake.effects.length;
    await whole.ingest(store.url, { slot: SLOTS[2] });
    expect(whole.lake.effects).toHaveLength(before + THIRD_SLOT_EFFECTS);
    crashAt(broken, point, when);

    await expect(broken.ingest(store.url, { slot: SLOTS[2] })).rejects.toThrow();
    broken.lake.hook = () => undefined;
    await broken.ingest(store.url, { slot: SLOTS[2] });

    expect(settled(broken)).toEqual(settled(whole));
  });

  test.each(points(3))('failed slot, effect %i, %s it', async (point, when) => {
    const whole = await worldAfterFirstSlot();
    const broken = await worldAfterFirstSlot();
    store.setFaults('products', [HTML_522_FAULT]);
    const options = { slot: SLOTS[2], settings: { maxAttempts: 1 } };
    await whole.ingest(store.url, options);
    crashAt(broken, point, when);

    await expect(broken.ingest(store.url, options)).rejects.toThrow();
    broken.lake.hook = () => undefined;
    await broken.ingest(store.url, options);

    expect(settled(broken)).toEqual(settled(whole));
    expect(JSON.parse(broken.lake.state.get('fakestore_products_failures') ?? '')).toMatchObject({
      count: 2,
    });
  });
});

describe('a snapshot that changed between crash and retry', () => {
  test('does not give the slot a second ledger row', async () => {
    store.setData(CATALOGUE_DATA);
    store.setFaults('products', []);
    const world = new IngestWorld();
    world.lake.hook = (when, effect) => {
      if (when === 'after' && effect.startsWith('append fakestore_products')) throw new Error('crash');
    };
    await expect(world.ingest(store.url)).rejects.toThrow('crash');
    world.lake.hook = () => undefined;
    store.setData(CHANGED);

    await world.ingest(store.url);
    const next = await world.ingestKind('products', store.url, { slot: SLOTS[1] });

    const rows = await world.lake.rows({ source: 'fakestore_products' });
    expect(rows.map((row) => row.minArrivalTime)).toEqual([SLOTS[0], SLOTS[1]]);
    expect(world.lines(rows[0]?.objects[0]?.key ?? '')[0]).toMatchObject({ price: 109.95 });
    expect(next.outcome).toBe('accepted');
  });

  test('fault 34: leaves an object that no ledger row names, when it crashed between the two', async () => {
    store.setData(CATALOGUE_DATA);
    const world = new IngestWorld();
    world.lake.hook = (when, effect) => {
      if (when === 'after' && effect.startsWith('put raw/fakestore_products')) throw new Error('crash');
    };
    await expect(world.ingest(store.url)).rejects.toThrow('crash');
    world.lake.hook = () => undefined;
    store.setData(CHANGED);

    const report = await world.ingestKind('products', store.url);

    const rows = await world.lake.rows({ source: 'fakestore_products' });
    expect(rows.flatMap((row) => row.objects.map((object) => object.key))).toEqual([report.objectKey]);
    expect([...world.lake.objects.keys()].filter((key) => key.includes('products'))).toHaveLength(2);
  });
});
