import { describe, expect, it } from 'vitest';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { batchOf, eventId, recordAt, SETTINGS, SHARD, visit } from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS, sample } from '../domain/events/sample-events.ts';
import { landUnderOlderContract } from './older-contract.ts';
import { RecoveryWorld, renaming } from './recovery-world.ts';

const HOUR_MS = 3_600_000;
const RECORDS = [
  recordAt(1, visit(1)),
  recordAt(2, 'bad'),
  recordAt(3, [visit(3), visit(4)].map((each) => JSON.stringify(each)).join('\n')),
  recordAt(4, visit(1)),
  recordAt(5, visit(5), { arrivalTimeMs: ARRIVAL_MS + HOUR_MS }),
  recordAt(6, visit(6), { arrivalTimeMs: ARRIVAL_MS + HOUR_MS }),
];

/** A batch with objects of every kind and two hours; another one holds an id of it. */
async function landed(): Promise<RecoveryWorld> {
  const world = new RecoveryWorld();
  await world.land([recordAt(1, visit(6), { shardId: 'shardId-000000000001' })]);
  await world.land(RECORDS);
  world.stream.records = [...RECORDS, recordAt(7, visit(7))];
  return world;
}

function rawKey(world: RecoveryWorld, hour: string): string {
  const key = world.objects.keys('raw/').find((each) => each.includes(`ingest_hour=${hour}/${SHARD}`));
  return key ?? expect.unreachable();
}

describe('rebuild-object', () => {
  it.each(['10', '11'])('fault 35: writes the raw object of hour %s anew, byte for byte', async (hour) => {
    const world = await landed();
    const key = rawKey(world, hour);
    const before = Buffer.from(world.objects.objects.get(key) ?? []);
    world.spoil(key);

    const outcome = await world.rebuild(key);

    const replacementKey = key.replace('.ndjson', '_r1.ndjson');
    expect(outcome).toEqual({ kind: 'rebuilt', replacementKey });
    expect(Buffer.from(world.objects.objects.get(replacementKey) ?? [])).toEqual(before);
    const [row] = [...world.ledger.stored.values()].filter(({ shardId }) => shardId === SHARD);
    expect(await world.ledger.setAsides()).toEqual([
      {
        objectKey: key,
        ledgerId: row?.ledgerId,
        detail: 'cannot be decompressed',
        replacementKey,
      },
    ]);
  });

  it('fault 35: a missing object too, and what was noted of it stays noted', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.objects.objects.delete(key);
    await world.ledger.setAside({ objectKey: key, ledgerId: 'l', detail: 'missing', replacementKey: null });

    expect(await world.broken()).toEqual([key]);
    expect(await world.rebuild(key)).toMatchObject({ kind: 'rebuilt' });
    expect(await world.broken()).toEqual([]);
    expect(await world.ledger.setAsides()).toMatchObject([{ detail: 'missing' }]);
  });

  it('a second time there is nothing to do', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.spoil(key);
    await world.rebuild(key);
    const before = world.state();

    expect(await world.rebuild(key)).toEqual({
      kind: 'whole',
      readFrom: key.replace('.ndjson', '_r1.ndjson'),
    });
    expect(world.state()).toEqual(before);
  });

  it('a whole object is left alone; put back by hand, it is noted as whole', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    expect(await world.rebuild(key)).toEqual({ kind: 'whole', readFrom: key });
    expect(await world.ledger.setAsides()).toEqual([]);
    await world.ledger.setAside({ objectKey: key, ledgerId: 'l', detail: 'missing', replacementKey: null });

    expect(await world.rebuild(key)).toEqual({ kind: 'whole', readFrom: key });
    expect(await world.broken()).toEqual([]);
  });

  it('a replacement that breaks gets one of its own, under either key', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.spoil(key);
    await world.rebuild(key);
    const first = key.replace('.ndjson', '_r1.ndjson');
    const second = key.replace('.ndjson', '_r2.ndjson');
    world.spoil(first);
    await world.ledger.setAside({ objectKey: first, ledgerId: 'l', detail: 'broken', replacementKey: null });
    expect(await world.broken()).toEqual([key, first]);

    expect(await world.rebuild(first)).toEqual({ kind: 'rebuilt', replacementKey: second });
    expect(await world.broken()).toEqual([]);
    expect(await world.rebuild(key)).toEqual({ kind: 'whole', readFrom: second });
  });

  it('a replacement may be compressed otherwise', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.spoil(key);
    const isZstd = SETTINGS.compression.extension === '.ndjson.zst';
    const compression = openCompression({ codec: isZstd ? 'gzip' : 'zstd', level: 1 });
    world.settings = { ...SETTINGS, compression };

    const replacementKey = key.replace(/\.ndjson\.\w+$/, `_r1${compression.extension}`);
    expect(await world.rebuild(key)).toEqual({ kind: 'rebuilt', replacementKey });
    expect(await world.rebuild(replacementKey)).toEqual({ kind: 'whole', readFrom: replacementKey });
  });

  it.each(['duplicates', 'quarantine'])(
    'rebuilds an object of %s, whose claims still stand',
    async (kind) => {
      const world = await landed();
      const keys = world.objects.keys(`${kind}/`);
      for (const key of keys) world.spoil(key);

      for (const key of keys) {
        expect(await world.rebuild(key)).toEqual({
          kind: 'rebuilt',
          replacementKey: key.replace('.ndjson', '_r1.ndjson'),
        });
      }
      expect(keys.length).toBeGreaterThan(0);
    },
  );

  it('rebuilds raw though its claims were down then, or are gone now', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1))]);
    world.claims.outage = () => true;
    await world.land([recordAt(2, visit(1)), recordAt(3, visit(3))]);
    world.claims.outage = () => false;
    world.stream.records = [recordAt(2, visit(1)), recordAt(3, visit(3))];
    const key = world.objects.keys('raw/').find((each) => each.includes('_2_3_')) ?? '';
    world.spoil(key);

    expect(await world.rebuild(key)).toMatchObject({ kind: 'rebuilt' });
  });

  it('fault 35: a replayed object comes back as the ledger says, or not at all', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1, { event_type: 'wishlist' }))]);
    world.check = renaming('wishlist', 'page_view');
    await world.replay();
    const key = world.objects.keys('raw/')[0] ?? '';
    world.spoil(key);

    // The contract of today knows no wishlist: what the ledger says cannot be had, and nothing else is written.
    expect(await world.rebuild(key)).toMatchObject({ kind: 'impossible', problem: /judged otherwise today/ });
    expect(world.objects.keys('raw/')).toEqual([key]);
  });

  it('fault 35: rebuilds a replayed object from the quarantine that it came out of', async () => {
    const world = new RecoveryWorld();
    const records = [
      recordAt(1, visit(1)),
      recordAt(2, sample('sign_up', { event_id: eventId(2) })),
      recordAt(3, visit(3)),
    ];
    await landUnderOlderContract(batchOf(records), 'page_view', world);
    await world.replay();
    const key = world.objects.keys('raw/').find((each) => each.includes('_1_3_2_')) ?? expect.unreachable();
    world.spoil(key);

    expect(await world.rebuild(key)).toMatchObject({ kind: 'rebuilt' });
  });

  it('fault 35: rebuilds a reinstated object from the duplicates that it came out of', async () => {
    const { world, key } = await reinstated();
    world.spoil(key);

    expect(await world.rebuild(key)).toMatchObject({ kind: 'rebuilt' });
    world.spoil(world.keyIn('duplicates/'));
    world.spoil(key.replace('.ndjson', '_r1.ndjson'));
    expect(await world.rebuild(key)).toMatchObject({
      kind: 'impossible',
      problem: /cannot be rebuilt, since duplicates/,
    });
  });

  it('fault 24: beyond the retention it says what is missing, and writes nothing', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.spoil(key);
    world.stream.records = RECORDS.slice(1);
    const keys = world.objects.keys();

    expect(await world.rebuild(key)).toEqual({
      kind: 'impossible',
      problem: 'is of a batch of 7 records, of which the stream still holds 6',
    });
    expect(world.objects.keys()).toEqual(keys);
    expect(await world.ledger.setAsides()).toEqual([]);
  });

  it('fault 24: an hour that the stream still holds whole is rebuilt though the batch began before', async () => {
    const world = await landed();
    const key = rawKey(world, '11');
    world.spoil(key);
    world.stream.records = RECORDS.slice(4);

    expect(await world.rebuild(key)).toMatchObject({ kind: 'rebuilt' });
  });

  it('a dry run writes nothing', async () => {
    const world = await landed();
    const key = rawKey(world, '10');
    world.spoil(key);
    const before = world.state();

    expect(await world.rebuild(key, true)).toEqual({
      kind: 'rebuilt',
      replacementKey: key.replace('.ndjson', '_r1.ndjson'),
    });
    expect(world.state()).toEqual(before);
    expect(await world.ledger.setAsides()).toEqual([]);
  });

  it('a key that no row names is said to be none', async () => {
    const world = await landed();

    expect(await world.rebuild('raw/events/../x')).toMatchObject({
      kind: 'impossible',
      problem: 'is no object of the stream that the ledger names',
    });
  });
});

async function reinstated(): Promise<{ world: RecoveryWorld; key: string }> {
  const world = new RecoveryWorld();
  await world.land([recordAt(1, visit(1))]);
  world.objects.objects.clear();
  world.ledger.stored.clear();
  await world.land([recordAt(5, visit(1)), recordAt(6, visit(1))]);
  const objectKey = world.keyIn('duplicates/');
  await world.reinstate([{ eventId: String(visit(1).event_id), objectKey, coordinates: `${SHARD}#5` }]);
  return { world, key: world.keyIn('raw/') };
}
