import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../../../../lambdas/ports/stream.ts';
import { land } from '../../../../local/cli/run/landing.ts';
import { landInThreads } from '../../../../local/cli/run/landing-threads.ts';
import { type Lake, openOrCreateLake } from '../../../../local/lake.ts';
import { openLakeStores } from '../../../../local/lake-stores.ts';
import { EVENTS_CONSUMER, openLakeStream } from '../../../../local/lake-stream.ts';
import { ManualClock } from '../../../fakes/clock.ts';
import { visit } from '../../../lambdas/consume-events/consumer-world.ts';
import { ARRIVAL_MS, utf8 } from '../../../lambdas/domain/events/sample-events.ts';

const GROUPS = [['shardId-000000000000'], ['shardId-000000000001']];
const CLOCK = new ManualClock(0);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-threads-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** 60 records over both shards: events, copies of some, and no events. */
function records(): readonly OutgoingRecord[] {
  return Array.from({ length: 60 }, (_, place) => ({
    partitionKey: `device-${place % 10}`,
    data: utf8(place % 7 === 0 ? 'poison' : JSON.stringify(visit(place % 40))),
    arrivalTimeMs: ARRIVAL_MS + place,
  }));
}

async function lakeWithRecords(name: string): Promise<Lake> {
  const { lake } = openOrCreateLake(join(folder, name), { madeBy: 'user', nowMs: 0 });
  const stream = openLakeStream(lake, CLOCK);
  await stream.put(records());
  stream.close();
  return lake;
}

/** What stands in the lake: rows, checkpoints, positions. The rows name the objects by their content. */
async function landedIn(lake: Lake) {
  const stores = await openLakeStores(lake, CLOCK);
  const stream = openLakeStream(lake, CLOCK);
  const landed = {
    // Their counts are read when asked for, so before the store is closed.
    rows: structuredClone(await stores.ledger.rows()),
    checkpoints: await stores.ledger.checkpoints(),
    positions: stream.positions(EVENTS_CONSUMER),
  };
  stream.close();
  stores.close();
  return landed;
}

function inThreads(lake: Lake, signal = new AbortController().signal) {
  const progress: number[] = [];
  const onProgress = (count: number) => progress.push(count);
  return { progress, landed: landInThreads({ lakeFolder: lake.folder, groups: GROUPS, onProgress, signal }) };
}

describe('landing in threads', () => {
  it('leaves the lake that landing in one leaves', async () => {
    const [one, several] = [await lakeWithRecords('one'), await lakeWithRecords('several')];
    const stores = await openLakeStores(one, CLOCK);
    const stream = openLakeStream(one, CLOCK);
    const expected = await land(stores, { stream });
    stream.close();
    stores.close();

    const { landed, progress } = inThreads(several);

    expect(await landed).toEqual(expected);
    expect(expected).toMatchObject({ batches: 2, records: 60, waiting: 0, isAborted: false });
    expect(progress.at(-1)).toBe(60);
    expect(await landedIn(several)).toEqual(await landedIn(one));
  });

  it('lands nothing once it was asked to stop, and says so', async () => {
    const lake = await lakeWithRecords('lake');

    const { landed } = inThreads(lake, AbortSignal.abort());

    expect(await landed).toMatchObject({ records: 0, waiting: 60, isAborted: true });
    expect((await landedIn(lake)).rows).toEqual([]);
  });

  it('throws what a thread threw, as the error that it was', async () => {
    const lake = await lakeWithRecords('lake');
    writeFileSync(lake.stateFile, 'no database at all, whatever its name says');

    await expect(inThreads(lake).landed).rejects.toMatchObject({
      name: 'StorageError',
      fault: 'damaged',
      path: lake.stateFile,
      message: expect.stringContaining('restore it from a copy'),
    });
  });

  it('throws the message of an error of any other kind', async () => {
    const lake = await lakeWithRecords('lake');
    rmSync(join(lake.folder, 'lake.json'));

    await expect(inThreads(lake).landed).rejects.toThrow('carries no lake.json');
  });
});
