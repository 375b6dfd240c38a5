import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerObject } from '../../lambdas/domain/ledger.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { setAsideBroken } from '../../lambdas/run-lake/verify-objects.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';
import { event } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';
import { land, recordsOf, stagingHash, stagingModels } from './staging-world.ts';

const MODELS = stagingModels();
const ARRIVAL_MS = Date.parse('2026-03-01T10:00:01Z');
const arrivals = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ line: event(from + n), arrivalTimeMs: ARRIVAL_MS }));

const lakes: LakeUnderTest[] = [];
afterEach(() => {
  for (const lake of lakes.splice(0)) lake.close();
});

/** A lake with three batches of four events. */
async function newLake(codec: 'gzip' | 'zstd' = 'gzip'): Promise<LakeUnderTest> {
  const lake = await LakeUnderTest.create(MODELS);
  lakes.push(lake);
  await land(lake, recordsOf(arrivals(0, 12), 'a'), { size: 4, codec });
  return lake;
}

async function objectsOf(lake: LakeUnderTest): Promise<readonly LedgerObject[]> {
  return (await lake.stores.ledger.rows()).flatMap(({ objects }) => objects);
}

async function rawKeys(lake: LakeUnderTest): Promise<readonly string[]> {
  return (await objectsOf(lake)).filter(({ kind }) => kind === 'raw').map(({ key }) => key);
}

function change(lake: LakeUnderTest, key: string, damage: (bytes: Buffer) => Buffer): Buffer {
  const file = lake.stores.objects.locationOf(key);
  const before = readFileSync(file);
  writeFileSync(file, damage(before));
  return before;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

function setAsideCheck(run: RunRecord): unknown {
  return run.checks.find(({ check }) => check === 'set_aside')?.examples.map((row) => row.object_key);
}

const DAMAGES: [string, (bytes: Buffer) => Buffer][] = [
  ['a flipped bit in the middle', (bytes) => flipped(bytes, bytes.length >> 1)],
  ['a flipped bit in its head, so that no engine can read it', (bytes) => flipped(bytes, 0)],
  ['a flipped bit in its checksum', (bytes) => flipped(bytes, bytes.length - 6)],
  ['its end cut off', (bytes) => bytes.subarray(0, bytes.length - 9)],
  ['nothing in it', () => Buffer.alloc(0)],
  [
    'other records in it',
    (bytes) => gzipSync(gunzipSync(bytes).toString().replaceAll('page_view', 'sign_up')),
  ],
];

/** What may befall a file that a run has read before; the last takes its records for others, as many. */
const DAMAGES_OF_STAGED: [string, (file: string) => void][] = [
  ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 40))],
  ['emptied', (file) => writeFileSync(file, '')],
  ['deleted', (file) => rmSync(file)],
  [
    'replaced by as many other records',
    (file) => {
      const text = zstdDecompressSync(readFileSync(file)).toString();
      writeFileSync(file, zstdCompressSync(text.replaceAll('page_view', 'page_vieW')));
    },
  ],
];

/** A lake with an object of each kind: four events, a copy of one, and four lines that are none. */
async function lakeOfEveryKind(): Promise<LakeUnderTest> {
  const lake = await LakeUnderTest.create(MODELS);
  lakes.push(lake);
  const refused = Array.from({ length: 4 }, (_, n) => ({
    line: event(10 + n, { event_type: 'page_view_of_old' }),
    arrivalTimeMs: ARRIVAL_MS,
  }));
  const records = recordsOf([...arrivals(0, 4), ...arrivals(0, 1), ...refused], 'a');
  await land(lake, records, { size: records.length, dedup: 'owner', codec: 'zstd' });
  return lake;
}

describe('fault 35: an object', () => {
  it.each(DAMAGES)('with %s is set aside by name, and the run goes on', async (_, damage) => {
    const lake = await newLake();
    const [key = ''] = await rawKeys(lake);
    change(lake, key, damage);

    const run = await lake.run();

    expect(run).toMatchObject({
      status: 'succeeded',
      reconciliation: { received: 12, accepted: 12, staged: 8, setAside: 4, collapsed: 0 },
    });
    expect(setAsideCheck(run)).toEqual([key]);
    expect(await lake.stores.ledger.setAsides()).toMatchObject([{ objectKey: key, replacementKey: null }]);
    expect((await lake.run()).status).toBe('unchanged');
  });

  it.each([
    ['a flipped bit', (bytes: Buffer) => flipped(bytes, bytes.length >> 1)],
    ['its end cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['nothing in it', () => Buffer.alloc(0)],
  ])('of zstd with %s is set aside as well, beside whole ones of both kinds', async (_, damage) => {
    const lake = await newLake('zstd');
    await land(lake, recordsOf(arrivals(20, 4), 'b'), { size: 4, codec: 'gzip' });
    const [key = ''] = await rawKeys(lake);
    change(lake, key, damage);

    const run = await lake.run();

    expect(key).toMatch(/\.zst$/);
    expect(run).toMatchObject({ status: 'succeeded', reconciliation: { staged: 12, setAside: 4 } });
    expect(setAsideCheck(run)).toEqual([key]);
  });

  it('that is missing is set aside, also when it was the only one', async () => {
    const lake = await newLake();
    const keys = await rawKeys(lake);
    for (const key of keys) rmSync(lake.stores.objects.locationOf(key));

    const run = await lake.run();

    expect(run).toMatchObject({ status: 'succeeded', reconciliation: { staged: 0, setAside: 12 } });
    expect(setAsideCheck(run)).toEqual([...keys].sort());
  });

  it('that breaks after it was staged is found by whoever reads it again, and the next run does without it', async () => {
    const lake = await newLake();
    await lake.run();
    const [key = '', other = ''] = await rawKeys(lake);
    change(lake, key, (bytes) => flipped(bytes, 0));
    rmSync(lake.stores.objects.locationOf(other));
    await land(lake, recordsOf(arrivals(20, 4), 'b'), { size: 4 });

    const unaware = await lake.run();
    const { ledger, objects } = lake.stores;
    const rows = await ledger.rows();
    const found = await setAsideBroken(
      { ledger, objects, telemetry: new MemoryTelemetry() },
      rows,
      () => true,
    );
    const run = await lake.run();

    expect(unaware).toMatchObject({ mode: 'incremental', reconciliation: { staged: 16, setAside: 0 } });
    expect(found).toBe(2);
    expect(run).toMatchObject({ mode: 'full', reconciliation: { staged: 8, setAside: 8 } });
    expect(setAsideCheck(run)).toEqual([key, other].sort());
  });

  it.each(DAMAGES_OF_STAGED)(
    'that was staged and then %s is set aside by the next build, whatever its zone',
    async (_, damage) => {
      const lake = await lakeOfEveryKind();
      await lake.run();
      const objects = await objectsOf(lake);
      const refused = objects.filter(({ kind }) => kind !== 'raw');
      for (const { key } of refused) damage(lake.stores.objects.locationOf(key));

      const first = await lake.run(true);
      for (const key of await rawKeys(lake)) damage(lake.stores.objects.locationOf(key));
      const second = await lake.run(true);

      expect(refused.map(({ kind }) => kind).sort()).toEqual(['duplicates', 'quarantine']);
      expect(first).toMatchObject({ status: 'succeeded', reconciliation: { staged: 4, setAside: 0 } });
      expect(setAsideCheck(first)).toEqual(refused.map(({ key }) => key).sort());
      expect(second).toMatchObject({ status: 'succeeded', reconciliation: { staged: 0, setAside: 4 } });
      expect(setAsideCheck(second)).toEqual(objects.map(({ key }) => key).sort());
    },
  );

  it('that is rebuilt gives its rows back at the next run, which is due', async () => {
    const [lake, whole] = [await newLake(), await newLake()];
    const [key = ''] = await rawKeys(lake);
    const bytes = change(lake, key, (good) => flipped(good, 0));
    await lake.run();
    const replacementKey = key.replace('.ndjson.gz', '_r1.ndjson.gz');
    await lake.stores.objects.putIfAbsent(replacementKey, bytes);
    const [note] = await lake.stores.ledger.setAsides();
    await lake.stores.ledger.setAside({ ...(note ?? expect.unreachable()), replacementKey });

    const run = await lake.run();
    await whole.run();

    expect(run.reason).toBe('objects were set aside or rebuilt');
    expect(run.reconciliation).toMatchObject({ staged: 12, setAside: 0 });
    expect(setAsideCheck(run)).toEqual([]);
    expect(await stagingHash(lake)).toBe(await stagingHash(whole));
    expect(await lake.rows('select replacement_key from set_aside_objects')).toEqual([
      { replacement_key: replacementKey },
    ]);
    expect((await lake.run()).status).toBe('unchanged');
  });

  it('whose replacement holds other records stays aside', async () => {
    const lake = await newLake();
    const [key = '', other = ''] = await rawKeys(lake);
    change(lake, key, (good) => flipped(good, 0));
    await lake.run();
    const replacementKey = key.replace('.ndjson.gz', '_r1.ndjson.gz');
    const others = (await lake.stores.objects.get(other)) ?? expect.unreachable();
    await lake.stores.objects.putIfAbsent(replacementKey, others);
    const [note] = await lake.stores.ledger.setAsides();
    await lake.stores.ledger.setAside({ ...(note ?? expect.unreachable()), replacementKey });

    const run = await lake.run();

    expect(run).toMatchObject({ status: 'succeeded', reconciliation: { staged: 8, setAside: 4 } });
    expect(setAsideCheck(run)).toEqual([key]);
  });

  it('whose records the stream gave again is made good by the other batches, and the run closes', async () => {
    const lake = await newLake();
    await land(lake, recordsOf(arrivals(0, 10), 'a'), { size: 5 });
    const keys = await rawKeys(lake);
    const ofFirst = (key: string) => key.includes('_1_4_');
    const ofLast = (key: string) => key.includes('_9_12_');
    for (const key of keys.filter((each) => ofFirst(each) || ofLast(each)))
      change(lake, key, (good) => flipped(good, 0));

    const { status, reconciliation } = await lake.run();

    expect(status).toBe('succeeded');
    expect(reconciliation).toMatchObject({
      received: 12,
      accepted: 12,
      staged: 10,
      setAside: 2,
      collapsed: 0,
      redelivered: 10,
    });
  });

  it('of quarantine leaves the sums closed when the stream gave records again', async () => {
    const lake = await lakeOfEveryKind();
    await land(lake, recordsOf(arrivals(0, 4), 'a'), { size: 4, dedup: 'owner' });
    const { key } = (await objectsOf(lake)).find(({ kind }) => kind === 'quarantine') ?? expect.unreachable();
    rmSync(lake.stores.objects.locationOf(key));

    const { status, reconciliation } = await lake.run();

    expect(status).toBe('succeeded');
    expect(reconciliation).toMatchObject({
      received: 9,
      accepted: 4,
      duplicate: 1,
      quarantined: 4,
      staged: 4,
      setAside: 0,
      redelivered: 4,
    });
  });

  it('whose bytes are restored counts again', async () => {
    const lake = await newLake();
    const [key = ''] = await rawKeys(lake);
    const bytes = change(lake, key, (good) => flipped(good, 0));
    await lake.run();
    change(lake, key, () => bytes);

    const run = await lake.run(true);

    expect(run.reconciliation).toMatchObject({ staged: 12, setAside: 0 });
    expect((await lake.run()).status).toBe('unchanged');
  });
});

it('fault 34: objects of a batch whose ledger row was never written stage nothing', async () => {
  const lake = await newLake();
  const crashing = { ...lake.stores.ledger, append: async () => Promise.reject(new Error('crash')) };
  const stores = { ...lake.stores, ledger: Object.assign(Object.create(lake.stores.ledger), crashing) };
  const records = recordsOf(arrivals(30, 4), 'b');
  await expect(land(Object.assign(Object.create(lake), { stores }), records, { size: 4 })).rejects.toThrow(
    'crash',
  );

  const before = await lake.run();
  await land(lake, records, { size: 4 });
  const after = await lake.run();

  expect(before.reconciliation).toMatchObject({ received: 12, staged: 12 });
  expect(after.reconciliation).toMatchObject({ received: 16, staged: 16, redelivered: 0 });
});
