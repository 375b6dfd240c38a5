import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingRecord, StreamRecord } from '../../lambdas/ports/stream.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { ManualClock } from '../fakes/clock.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
let folder: string;
let file: string;
let clock: ManualClock;
let stream: LocalStream;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-stream-'));
  file = join(folder, 'stream.sqlite');
  clock = new ManualClock(START_MS);
  stream = new LocalStream({ file, clock, shards: 1 });
});

afterEach(() => {
  stream.close();
  rmSync(folder, { recursive: true });
});

const SHARD = 'shardId-000000000000';

function record(text: string, arrivalTimeMs?: number): OutgoingRecord {
  const data = new TextEncoder().encode(text);
  return arrivalTimeMs === undefined
    ? { partitionKey: 'visitor', data }
    : { partitionKey: 'visitor', data, arrivalTimeMs };
}

function read(
  afterSequence: string | null = null,
  limit = 1_000,
  maxBytes = 1_000_000,
): readonly StreamRecord[] {
  return stream.read({ shardId: SHARD, afterSequence, limit, maxBytes });
}

function texts(records: readonly StreamRecord[]): string[] {
  return records.map((found) => Buffer.from(found.data).toString());
}

describe('arrival', () => {
  it("is the producer's when it sets one, else the stream's clock", async () => {
    await stream.put([record('a', START_MS - 40 * DAY_MS), record('b')]);
    clock.advance(5);
    await stream.put([record('c')]);

    expect(read().map((found) => found.arrivalTimeMs)).toEqual([
      START_MS - 40 * DAY_MS,
      START_MS,
      START_MS + 5,
    ]);
  });

  it('that is no whole number of milliseconds is refused', async () => {
    const answers = await stream.put([record('a', Number.NaN), record('b', 1.5), record('c', -1)]);

    expect(answers.map((answer) => answer.kind)).toEqual(['refused', 'refused', 'accepted']);
  });
});

describe('reading', () => {
  beforeEach(async () => {
    await stream.put(['a', 'b', 'c', 'd'].map((text) => record(text)));
  });

  it('begins after a sequence and ends at the limit', () => {
    expect(texts(read())).toEqual(['a', 'b', 'c', 'd']);
    expect(texts(read('1', 2))).toEqual(['b', 'c']);
    expect(texts(read('4'))).toEqual([]);
  });

  it('ends before the record that would pass maxBytes, but gives at least one', () => {
    const oneRecordBytes = 'visitor'.length + 1;

    expect(texts(read(null, 10, 2 * oneRecordBytes))).toEqual(['a', 'b']);
    expect(texts(read(null, 10, 2 * oneRecordBytes - 1))).toEqual(['a']);
    expect(texts(read(null, 10, 1))).toEqual(['a']);
  });

  it('of a shard that does not exist names those that do', () => {
    expect(() => stream.read({ shardId: 'x', afterSequence: null, limit: 1, maxBytes: 1 })).toThrow(SHARD);
  });
});

describe('shards', () => {
  it('have their number, ranges and tails after opening again, whatever number is asked for then', async () => {
    const other = join(folder, 'other.sqlite');
    const first = new LocalStream({ file: other, clock, shards: 3 });
    await first.put([{ partitionKey: 'visitor-1', data: new Uint8Array(1), arrivalTimeMs: 7 }]);
    const before = first.shards();
    first.close();

    const again = new LocalStream({ file: other, clock, shards: 5 });

    expect(again.shards()).toEqual(before);
    expect(before.map((shard) => shard.shardId)).toEqual(
      [0, 1, 2].map((shard) => `shardId-00000000000${shard}`),
    );
    expect(before.filter((shard) => shard.lastSequence === '1' && shard.newestArrivalMs === 7)).toHaveLength(
      1,
    );
    again.close();
  });

  it('number 1 to 1,024', () => {
    for (const shards of [0, 1_025, 1.5]) {
      expect(() => new LocalStream({ file: join(folder, `${shards}`), clock, shards })).toThrow('1 to 1024');
    }
  });

  it('records go on where they ended after opening again', async () => {
    await stream.put([record('a')]);
    stream.close();
    stream = new LocalStream({ file, clock });
    const [answer] = await stream.put([record('b')]);

    expect(answer).toMatchObject({ sequenceNumber: '2' });
    expect(texts(read())).toEqual(['a', 'b']);
  });
});

describe('positions', () => {
  it('belong to a consumer and only move forward, by number', async () => {
    await stream.put(Array.from({ length: 12 }, (_, index) => record(`${index}`)));
    stream.savePosition('one', SHARD, '10');
    stream.savePosition('one', SHARD, '9');

    expect(stream.positions('one')).toEqual(new Map([[SHARD, '10']]));
    expect(stream.positions('two')).toEqual(new Map());
  });

  it('tell how many records wait and when the oldest of them arrived', async () => {
    await stream.put([record('a', 5_000), record('b', 9_000), record('c', 7_000)]);
    const begin = stream.positions('one');
    stream.savePosition('one', SHARD, '1');
    const middle = stream.positions('one');
    stream.savePosition('one', SHARD, '3');
    const end = stream.positions('one');

    expect([begin, middle, end].map((positions) => stream.waitingRecords(positions))).toEqual([3, 2, 0]);
    expect([begin, middle, end].map((positions) => stream.oldestWaitingArrivalMs(positions))).toEqual([
      5_000,
      7_000,
      null,
    ]);
  });
});

describe('retention', () => {
  const newest = START_MS + 10 * DAY_MS;

  beforeEach(async () => {
    await stream.put([
      record('eight days', newest - 8 * DAY_MS),
      record('seven days and a millisecond', newest - 7 * DAY_MS - 1),
      record('seven days', newest - 7 * DAY_MS),
      record('nine days, sent late', newest - 9 * DAY_MS),
      record('newest', newest),
    ]);
  });

  it('fault 24: removes nothing that the mapping has not consumed', () => {
    expect(stream.applyRetention()).toBe(0);
    stream.savePosition('one', SHARD, '1');

    expect(stream.applyRetention()).toBe(1);
    expect(texts(read())[0]).toBe('seven days and a millisecond');
  });

  it('removes consumed records beyond seven days before the newest arrival, up to the first younger one', () => {
    stream.savePosition('one', SHARD, '5');

    expect(stream.applyRetention()).toBe(2);
    expect(texts(read())).toEqual(['seven days', 'nine days, sent late', 'newest']);
    expect(stream.waitingRecords(stream.positions('one'))).toBe(0);
  });

  it('keeps what the slowest of several consumers has yet to read', () => {
    stream.savePosition('one', SHARD, '5');
    stream.savePosition('two', SHARD, '1');

    expect(stream.applyRetention(0)).toBe(1);
  });

  it('leaves sequence numbers rising after everything was removed', async () => {
    stream.savePosition('one', SHARD, '5');
    await stream.put([record('later', newest + 20 * DAY_MS)]);
    stream.applyRetention();
    const [answer] = await stream.put([record('last')]);

    expect(answer).toMatchObject({ sequenceNumber: '7' });
    expect(texts(read())).toEqual(['later', 'last']);
  });

  it('gives the space of what went to what comes, so that the file stops growing', async () => {
    const sizes: number[] = [];
    for (let week = 1; week <= 6; week += 1) {
      const arrivalMs = newest + week * 8 * DAY_MS;
      await stream.put(Array.from({ length: 200 }, () => record('x'.repeat(5_000), arrivalMs)));
      stream.savePosition('one', SHARD, stream.shards()[0]?.lastSequence ?? '');
      stream.applyRetention();
      stream.close();
      sizes.push(statSync(file).size);
      stream = new LocalStream({ file, clock });
    }

    expect(read(null, 1_000, 10_000_000)).toHaveLength(200);
    expect(sizes[0]).toBeGreaterThan(1_000_000);
    expect(sizes.at(-1)).toBeLessThan(2.2 * (sizes[0] ?? 0));
    expect(sizes.at(-1)).toBe(sizes.at(-2));
  });
});

it('two processes that append at once both get everything in, in order of their own', async () => {
  const modulePath = resolve('local/local-stream.ts');
  const script = (who: string) => `
    import { LocalStream } from ${JSON.stringify(modulePath)};
    const stream = new LocalStream({ file: ${JSON.stringify(file)}, clock: { nowMs: () => 1 } });
    for (let call = 0; call < 40; call += 1) {
      const data = (index) => new TextEncoder().encode('${who} ' + (call * 25 + index));
      await stream.put(Array.from({ length: 25 }, (_, index) => ({ partitionKey: 'k', data: data(index) })));
    }
    stream.close();`;
  const producers = ['left', 'right'].map((who) =>
    spawn(process.execPath, ['--input-type=module', '--eval', script(who)], { stdio: 'inherit' }),
  );
  const codes = await Promise.all(producers.map(async (producer) => (await once(producer, 'exit'))[0]));

  const all = texts(read(null, 5_000));
  const expected = Array.from({ length: 1_000 }, (_, index) => index);

  expect(codes).toEqual([0, 0]);
  for (const who of ['left', 'right']) {
    const own = all.filter((text) => text.startsWith(who)).map((text) => Number(text.split(' ')[1]));
    expect(own).toEqual(expected);
  }
});
