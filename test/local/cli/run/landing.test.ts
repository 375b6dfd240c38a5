import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../../../lambdas/domain/ledger.ts';
import type { ClaimStore } from '../../../../lambdas/ports/claim-store.ts';
import type { StreamReader } from '../../../../lambdas/ports/stream.ts';
import { redriveFailures } from '../../../../lambdas/redrive-failures/redrive-failures.ts';
import { LANDING_SETTINGS, land } from '../../../../local/cli/run/landing.ts';
import { landingGroups } from '../../../../local/cli/run/landing-groups.ts';
import { type Lake, openOrCreateLake } from '../../../../local/lake.ts';
import { FAILURES_PREFIX } from '../../../../local/lake-failures.ts';
import { type LakeStores, openLakeStores } from '../../../../local/lake-stores.ts';
import { EVENTS_CONSUMER } from '../../../../local/lake-stream.ts';
import { LocalStream } from '../../../../local/local-stream.ts';
import { ManualClock } from '../../../fakes/clock.ts';
import { MemoryTelemetry } from '../../../fakes/telemetry.ts';
import { eventId, visit } from '../../../lambdas/consume-events/consumer-world.ts';
import { ARRIVAL_MS, utf8 } from '../../../lambdas/domain/events/sample-events.ts';
import { failureOf } from '../../failure-of.ts';

const CLOCK = new ManualClock(0);
/** Pauses that take no time. */
const AT_ONCE = {
  clock: CLOCK,
  backoff: {
    baseMs: 1,
    capMs: 1,
    wait: async (delayMs: number) => CLOCK.advance(delayMs),
    random: () => 0.5,
  },
};
const BAD = 7;
const COUNT = 40;
let folder = '';
let lake: Lake;
let stores: LakeStores;
let stream: LocalStream;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-landing-'));
  ({ lake } = openOrCreateLake(join(folder, 'lake'), { madeBy: 'user', nowMs: 0 }));
  stores = await openLakeStores(lake, CLOCK);
  stream = new LocalStream({ file: lake.streamFile, clock: CLOCK, shards: 2 });
});

afterEach(() => {
  stream.close();
  stores.close();
  rmSync(folder, { recursive: true });
});

async function putEvents(from: number, to: number): Promise<void> {
  await stream.put(
    Array.from({ length: to - from }, (_, index) => ({
      partitionKey: `device-${(from + index) % 10}`,
      data: utf8(JSON.stringify(visit(from + index))),
      arrivalTimeMs: ARRIVAL_MS + from + index,
    })),
  );
}

/** The lake's stores, but for one event nobody gets an answer. */
function withoutAnswerFor(number: number): LakeStores {
  const claims: ClaimStore = {
    claim: async (requests) => {
      if (requests.some((request) => request.eventId === eventId(number)))
        throw new Error('the store hangs up');
      return stores.claims.claim(requests);
    },
  };
  return { ...stores, claims };
}

async function failures(): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of stores.objects.list(FAILURES_PREFIX)) keys.push(key);
  return keys;
}

const sum = (rows: readonly LedgerRow[], field: 'received' | 'accepted') =>
  rows.reduce((total, row) => total + row[field], 0);

describe('landing', () => {
  it('ends when a record fails five times in the same way, and nothing is given up', async () => {
    await putEvents(0, COUNT);

    const error = await failureOf(land(withoutAnswerFor(BAD), { stream, ...AT_ONCE }));

    expect(error).toMatchObject({ name: 'BatchFailedError', attempts: 5 });
    expect(String(error)).toContain('the store hangs up');
    expect(await failures()).toEqual([]);
    const waiting = stream.waitingRecords(stream.positions(EVENTS_CONSUMER));
    expect(waiting + sum(await stores.ledger.rows(), 'received')).toBe(COUNT);
  });

  it('fault 25: puts it under failures/ when told so, lands all others, and redrive brings it back', async () => {
    await putEvents(0, COUNT);

    const landed = await land(withoutAnswerFor(BAD), { stream, discardAfter: 1 });

    expect(landed).toMatchObject({ records: COUNT - 1, discarded: 1, waiting: 0 });
    expect(sum(await stores.ledger.rows(), 'received')).toBe(COUNT - 1);
    const [key, ...others] = await failures();
    expect(others).toEqual([]);
    expect(key).toMatch(
      /^failures\/aws\/lambda\/consume-events\/shardId-00000000000[01]\/\d{4}\/\d\d\/\d\d\//,
    );

    const reader: StreamReader = {
      readRange: () => {
        throw new Error('the payload is whole');
      },
    };
    const deps = {
      ...stores,
      telemetry: new MemoryTelemetry(),
      stream: reader,
      failures: { objects: stores.objects, prefix: FAILURES_PREFIX, marks: 'redriven/' },
    };
    const options = { settings: LANDING_SETTINGS, sinceMs: null, shardId: null, isDryRun: false };
    const report = await redriveFailures(deps, options);

    expect(report).toMatchObject({ landed: { received: 1, accepted: 1 }, remaining: [] });
    const rows = await stores.ledger.rows();
    expect([sum(rows, 'received'), sum(rows, 'accepted')]).toEqual([COUNT, COUNT]);
    expect((await redriveFailures(deps, options)).landed.received).toBe(0);
  });

  it('fault 13: what the consumer leaves undone comes again, and each record lands once', async () => {
    await putEvents(0, COUNT);
    const consumeSettings = { ...LANDING_SETTINGS, maxBatchBytes: 2_000 };

    const landed = await land(stores, { stream, consumeSettings });

    expect(landed).toMatchObject({ records: COUNT, discarded: 0, waiting: 0 });
    expect(landed.failures).toBeGreaterThan(2);
    const rows = await stores.ledger.rows();
    expect(rows.length).toBe(landed.batches);
    expect(sum(rows, 'received')).toBe(COUNT);
  });
});

describe('landing groups', () => {
  const shardId = (number: number) => `shardId-${String(number).padStart(12, '0')}`;

  it('deal the shards out in turns, at most so many groups', async () => {
    await putEvents(0, COUNT);

    expect(landingGroups(stream, 4)).toEqual([[shardId(0)], [shardId(1)]]);
    expect(landingGroups(stream, 1)).toEqual([[shardId(0), shardId(1)]]);
  });

  it('fault 22: keep parents and children together, and leave out what is done', async () => {
    await putEvents(0, COUNT);
    stream.splitShard(shardId(0));
    await putEvents(COUNT, 2 * COUNT);

    expect(landingGroups(stream, 4)).toEqual([[shardId(0), shardId(2), shardId(3)], [shardId(1)]]);

    await land(stores, { stream });
    expect(landingGroups(stream, 4)).toEqual([]);
    await putEvents(2 * COUNT, 3 * COUNT);
    expect(landingGroups(stream, 4)).toEqual([[shardId(1)], [shardId(2)], [shardId(3)]]);
  });
});
