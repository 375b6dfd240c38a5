import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../../lambdas/consume-events/batch-items.ts';
import { consumeBatch } from '../../lambdas/consume-events/consume-batch.ts';
import { decideFates } from '../../lambdas/consume-events/decide-fates.ts';
import type { StreamBatch } from '../../lambdas/ports/stream.ts';
import { LANDING_SETTINGS } from '../../local/cli/run/landing.ts';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import { type Lake, openLake, openOrCreateLake } from '../../local/lake.ts';
import { keepFailure } from '../../local/lake-failures.ts';
import { type LakeStores, openLakeStores } from '../../local/lake-stores.ts';
import { EVENTS_CONSUMER, openLakeStream } from '../../local/lake-stream.ts';
import type { LocalStream } from '../../local/local-stream.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';
import { landUnderOlderContract } from '../lambdas/recover-events/older-contract.ts';
import { cli, event, purchase, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);

const ARRIVAL_MS = Date.parse('2026-03-01T10:00:05Z');
const HOUR_MS = 3_600_000;
/** Batches of one shard, in order, each with a fate of its own. */
const BATCHES = {
  good: [event(1), purchase(2), 'no event', event(1)],
  ofNewType: [event(11, { event_type: 'sign_up', page_path: undefined }), event(12), purchase(13)],
  discarded: [event(21), purchase(22), event(23)],
  orphaned: [event(31), purchase(32)],
  conflicting: [event(36), event(36, { page_path: '/second' })],
  spoiled: [event(41), purchase(42), event(43)],
};
type Fate = keyof typeof BATCHES;

interface OpenLake {
  readonly lake: Lake;
  readonly stores: LakeStores;
  readonly stream: LocalStream;
}

async function inLake<T>(name: string, work: (open: OpenLake) => Promise<T>): Promise<T> {
  const { lake } = openOrCreateLake(path.join(folder, name), { madeBy: 'user', nowMs: 0 });
  const stores = await openLakeStores(lake, stoppedClock);
  const stream = openLakeStream(lake, stoppedClock);
  try {
    return await work({ lake, stores, stream });
  } finally {
    stream.close();
    stores.close();
  }
}

/** Puts all batches on the stream, an hour apart; gives each as the stream holds it. */
async function put({ stream }: OpenLake): Promise<Record<Fate, StreamBatch>> {
  let shard = '';
  let after: string | null = null;
  const batches: Partial<Record<Fate, StreamBatch>> = {};
  for (const [hour, [fate, texts]] of Object.entries(BATCHES).entries()) {
    const records = texts.map((text, n) => ({
      partitionKey: 'device',
      data: Buffer.from(text),
      arrivalTimeMs: ARRIVAL_MS + hour * HOUR_MS + n,
    }));
    for (const result of await stream.put(records)) {
      if (result.kind === 'refused') throw new Error(result.message);
      shard = result.shardId;
    }
    const read = stream.read({ shardId: shard, afterSequence: after, limit: 100, maxBytes: 1e6 });
    after = read.at(-1)?.sequenceNumber ?? null;
    batches[fate as Fate] = { shardId: shard, records: read };
  }
  return batches as Record<Fate, StreamBatch>;
}

/** Everything that can go wrong, one batch each; nothing is left in the stream. */
async function goWrong(open: OpenLake): Promise<void> {
  const { stores, stream } = open;
  const batches = await put(open);
  const deps = { ...stores, telemetry: new MemoryTelemetry() };
  const land = (batch: StreamBatch) => consumeBatch(batch, deps, LANDING_SETTINGS);
  await land(batches.good);
  await landUnderOlderContract(batches.ofNewType, 'sign_up', { ...stores, settings: LANDING_SETTINGS });
  await keepFailure(stores.objects, {
    batch: batches.discarded,
    condition: 'RetryAttemptsExhausted',
    invocations: 3,
    discardedAtMs: ARRIVAL_MS,
  });
  await claimAndVanish(open, batches.orphaned);
  await land(batches.orphaned);
  await claimAndVanish(open, batches.conflicting, event(36, { page_path: '/vanished' }));
  await land(batches.conflicting);
  const { row } = await land(batches.spoiled);
  const key = row?.objects.find(({ kind }) => kind === 'raw')?.key ?? '';
  spoil(stores.objects.locationOf(key));
  const { shardId, records } = batches.spoiled;
  stream.savePosition(EVENTS_CONSUMER, shardId, records.at(-1)?.sequenceNumber ?? '');
}

/** Records before those of the batch claim its ids, with the same content unless told otherwise, and never land. */
async function claimAndVanish({ stores }: OpenLake, batch: StreamBatch, text?: string): Promise<void> {
  const ghosts = batch.records.map((record) => ({
    ...record,
    sequenceNumber: `9${record.sequenceNumber}`,
    data: text === undefined ? record.data : Buffer.from(text),
  }));
  await decideFates(itemsOf(ghosts, batch.shardId), stores.claims, LANDING_SETTINGS.claimTtlMs);
}

function spoil(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

async function answer(name: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await cli([
    ...args,
    '--lake',
    path.join(folder, name),
    '--quiet',
    '--json',
  ]);
  return { code, stderr, ...JSON.parse(stdout === '' ? '{}' : stdout) };
}

const RECOVERIES = [['redrive'], ['replay', 'quarantine'], ['reinstate'], ['rebuild-object', '--all']];

async function answers(
  name: string,
  commands: readonly (readonly string[])[],
  ...options: readonly string[]
) {
  const found: Awaited<ReturnType<typeof answer>>[] = [];
  for (const command of commands) found.push(await answer(name, ...command, ...options));
  return found;
}

/** Rows of what people query, and of what staging keeps, without the batches that brought them. */
async function tables(name: string) {
  const lake = openLake(path.join(folder, name));
  const engine = await openDuckDb({ file: lake.databaseFile, searchFolder: lake.folder, readOnly: true });
  const rows = async (table: string) => (await engine.query(`select * from ${table} order by all`)).rows;
  const result = {
    events: await rows('(select * exclude (ledger_id) from stg_events)'),
    orders: await rows('fct_orders'),
    sessions: await rows('fct_sessions'),
    sales: await rows('daily_sales'),
    cohorts: await rows('cohort_ltv'),
  };
  engine.close();
  return result;
}

describe('a lake in which everything went wrong', () => {
  it('faults 25, 35, 41: is brought back by its commands, and equals one in which nothing did', async () => {
    await inLake('untroubled', async (open) => void (await put(open)));
    await inLake('troubled', goWrong);
    const untroubled = await answer('untroubled', 'run');
    const before = await answer('troubled', 'run');

    const planned = await answers('troubled', RECOVERIES, '--dry-run');
    const done = await answers('troubled', RECOVERIES);
    const again = await answers('troubled', RECOVERIES);
    const after = await answer('troubled', 'run');
    const last = await answer('troubled', 'reinstate');

    expect(untroubled.run.reconciliation).toMatchObject({
      received: 17,
      accepted: 14,
      duplicate: 1,
      quarantined: 2,
    });
    expect(before.run.reconciliation).toMatchObject({
      received: 14,
      quarantined: 4,
      duplicate: 3,
      set_aside: 3,
      orphaned: 4,
    });
    expect([...planned, ...done, ...again].map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(
      Array(12).fill('0 '),
    );
    expect(planned).toMatchObject([
      { batches: [{ records: 3 }] },
      { passed: 1, still_refused: { id_conflict: 2, not_json: 1 } },
      { events: [{}, {}, {}] },
      { objects: [{ outcome: 'rebuilt' }] },
    ]);
    expect(done).toMatchObject([
      { landed: { received: 3, accepted: 3 } },
      { accepted: 1, still_refused: { id_conflict: 2, not_json: 1 } },
      { events: [{}, {}, {}] },
      { objects: [{ outcome: 'rebuilt', replacement_key: /_r1\.ndjson/ }] },
    ]);
    expect(again).toMatchObject([
      { batches: [], redriven_before: 1 },
      { accepted: 0, landed_before: 2, still_refused: { id_conflict: 1, not_json: 1 } },
      { events: [], landed_since: 3 },
      { objects: [] },
    ]);
    expect(after).toMatchObject({ code: 0, run: { status: 'succeeded' } });
    expect(after.run.quarantine).toContainEqual({ reason: 'id_conflict', records: 2, replayed: 1 });
    expect(after.run.reconciliation).toEqual(untroubled.run.reconciliation);
    expect(await tables('troubled')).toEqual(await tables('untroubled'));
    expect(last).toMatchObject({ events: [], landed_since: 0 });
  });

  it('a lake in which nothing is wrong has nothing to bring back, and says so', async () => {
    const lake = path.join(folder, 'untroubled');
    const commands = [
      ['redrive'],
      ['replay', 'quarantine', '--reason', 'clock_skew'],
      ['reinstate'],
      ['rebuild-object', '--all'],
    ];

    const words: string[] = [];
    for (const command of commands) words.push((await cli([...command, '--lake', lake])).stdout.trim());

    expect(words).toEqual([
      'Nothing to redrive.',
      'Nothing to replay.',
      'Nothing to reinstate.',
      'Nothing to rebuild: no object is set aside.',
    ]);
  });

  it('wrong usage says what is allowed', async () => {
    const lake = path.join(folder, 'untroubled');
    const wrong = [
      ['replay', 'quarantine', '--reason', 'bad'],
      ['redrive', '--since', 'yesterday'],
      ['rebuild-object'],
      ['rebuild-object', 'raw/x', '--all'],
    ];

    for (const command of wrong) {
      const { code, stderr } = await cli([...command, '--lake', lake]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/Allowed choices|Allowed: a date|Name one object/),
      ]);
    }
    const unknown = await cli(['rebuild-object', 'raw/x', '--lake', lake]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/raw\/x is no object of the stream that the ledger names/);
  });
});
