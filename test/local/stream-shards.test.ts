import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PutResult } from '../../lambdas/ports/stream.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { ManualClock } from '../fakes/clock.ts';

let folder: string;
let opened: LocalStream[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-shards-'));
  opened = [];
});

afterEach(() => {
  for (const stream of opened) stream.close();
  rmSync(folder, { recursive: true });
});

function open(name = 'stream', shards = 1): LocalStream {
  const stream = new LocalStream({
    file: join(folder, `${name}.sqlite`),
    clock: new ManualClock(1_000),
    shards,
  });
  opened.push(stream);
  return stream;
}

const KEYS = Array.from({ length: 60 }, (_, index) => `visitor-${index}`);

async function putAll(stream: LocalStream, keys: readonly string[] = KEYS) {
  const results = await stream.put(keys.map((partitionKey) => ({ partitionKey, data: new Uint8Array(1) })));
  return results.map((result: PutResult) => (result.kind === 'accepted' ? result.shardId : result.message));
}

const shardId = (number: number) => `shardId-${String(number).padStart(12, '0')}`;

describe('resharding', () => {
  it('fault 22: a split closes the parent, and each key goes to the child that has its hash keys', async () => {
    const stream = open();
    await putAll(stream);

    const children = stream.splitShard(shardId(0));
    const after = await putAll(stream);

    expect(children).toEqual([shardId(1), shardId(2)]);
    expect(new Set(after)).toEqual(new Set(children));
    expect(stream.shards()).toMatchObject([
      { shardId: shardId(0), parentShardIds: [], isClosed: true, lastSequence: '60' },
      { shardId: shardId(1), parentShardIds: [shardId(0)], isClosed: false },
      { shardId: shardId(2), parentShardIds: [shardId(0)], isClosed: false },
    ]);
    expect(await putAll(stream)).toEqual(after);
  });

  it('fault 22: what the parent held stays readable, and sequence numbers begin anew in a child', async () => {
    const stream = open();
    await putAll(stream);
    stream.splitShard(shardId(0));
    await putAll(stream);
    const first = (id: string) =>
      stream.read({ shardId: id, afterSequence: null, limit: 1, maxBytes: 1_000 })[0]?.sequenceNumber;

    expect([0, 1, 2].map((number) => first(shardId(number)))).toEqual(['1', '1', '1']);
    expect(stream.waitingRecords(new Map())).toBe(120);
  });

  it('a split may say where the second child begins', async () => {
    const stream = open();

    stream.splitShard(shardId(0), 'f'.repeat(32));

    expect(new Set(await putAll(stream))).toEqual(new Set([shardId(1)]));
  });

  it('fault 22: a merge closes both parents, and their child takes the keys of both', async () => {
    const stream = open('stream', 3);
    await putAll(stream);

    const child = stream.mergeShards(shardId(1), shardId(0));
    const after = await putAll(stream);

    expect(child).toBe(shardId(3));
    expect(new Set(after)).toEqual(new Set([shardId(2), shardId(3)]));
    expect(stream.shards().at(-1)).toMatchObject({
      parentShardIds: [shardId(1), shardId(0)],
      isClosed: false,
    });
    expect(stream.shards().map(({ isClosed }) => isClosed)).toEqual([true, true, false, false]);
  });

  it('refuses shards that are closed, unknown or no neighbours, and then changes nothing', () => {
    const stream = open('stream', 3);
    stream.splitShard(shardId(0));
    const before = stream.shards();

    expect(() => stream.splitShard(shardId(0))).toThrow('is closed');
    expect(() => stream.splitShard('shardId-9')).toThrow('no shard');
    expect(() => stream.mergeShards(shardId(0), shardId(1))).toThrow('is closed');
    expect(() => stream.mergeShards(shardId(3), shardId(2))).toThrow('no neighbours');
    expect(stream.shards()).toEqual(before);
  });

  it('keeps to 1,024 open shards; a merge makes room', () => {
    const stream = open('stream', 1_024);

    expect(() => stream.splitShard(shardId(0))).toThrow('1024 open shards');

    stream.mergeShards(shardId(0), shardId(1));
    expect(stream.splitShard(shardId(2))).toHaveLength(2);
  });

  it('is seen at once by whoever has the stream open already', async () => {
    const stream = open();
    const rival = open();
    await putAll(rival);

    const [left] = stream.splitShard(shardId(0));

    expect(await putAll(rival)).not.toContain(shardId(0));
    expect(
      rival.read({ shardId: left ?? '', afterSequence: null, limit: 9, maxBytes: 99 }).length,
    ).toBeGreaterThan(0);
    rival.savePosition('one', left ?? '', '1');
    expect(stream.positions('one')).toEqual(new Map([[left, '1']]));
  });

  it('fault 24: a child that a consumer has yet to begin loses nothing to retention, whoever else has read it', async () => {
    const stream = open();
    await putAll(stream);
    stream.savePosition('slow', shardId(0), '60');
    const [left] = stream.splitShard(shardId(0));
    await putAll(stream);
    stream.savePosition('fast', shardId(0), '60');
    stream.savePosition('fast', left ?? '', '1');
    await stream.put([{ partitionKey: 'later', data: new Uint8Array(1), arrivalTimeMs: 90 * 86_400_000 }]);

    expect(stream.applyRetention()).toBe(60);
    expect(stream.read({ shardId: left ?? '', afterSequence: null, limit: 1, maxBytes: 9 })).toMatchObject([
      { sequenceNumber: '1' },
    ]);
  });

  it('fault 22: whatever is split and merged, open shards cover every key once and no record is lost', async () => {
    const step = fc.record({ isSplit: fc.boolean(), which: fc.nat(20), at: fc.bigInt(0n, 2n ** 128n - 1n) });
    let runs = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        runs += 1;
        const stream = open(`law-${runs}`, 2);
        let sent = 0;
        for (const { isSplit, which, at } of steps) {
          sent += (await putAll(stream, KEYS.slice(0, 10))).length;
          const openShards = stream
            .shards()
            .filter(({ isClosed }) => !isClosed)
            .sort((left, right) => (left.first < right.first ? -1 : 1));
          const place = which % openShards.length;
          const [one, next] = [openShards[place], openShards[place + 1]];
          if (one === undefined) throw new Error('no open shard');
          const cut = at.toString(16).padStart(32, '0');
          if (isSplit && cut > one.first && cut <= one.last) stream.splitShard(one.shardId, cut);
          else if (!isSplit && next !== undefined) stream.mergeShards(one.shardId, next.shardId);
        }

        const ranges = stream.shards().filter(({ isClosed }) => !isClosed);
        const width = ranges.reduce(
          (sum, { first, last }) => sum + BigInt(`0x${last}`) - BigInt(`0x${first}`) + 1n,
          0n,
        );
        expect(width).toBe(2n ** 128n);
        expect(stream.waitingRecords(new Map())).toBe(sent);
      }),
      { numRuns: 12 },
    );
  });
});

/** The schema of the first version, as lakes of then have it. */
const FIRST_SCHEMA = `
  create table shards (shard integer primary key, shard_id text not null unique, first_hash_key text not null,
    last_hash_key text not null, last_sequence integer not null default 0, newest_arrival_ms integer) strict;
  create table records (id integer primary key, arrival_ms integer not null, partition_key text not null,
    data blob not null) strict;
  create table positions (consumer text not null, shard integer not null, sequence integer not null,
    primary key (consumer, shard)) strict, without rowid;
  insert into shards values (0, '${shardId(0)}', '${'0'.repeat(32)}', '${'f'.repeat(32)}', 2, 7);
  insert into records values (1, 5, 'k', x'01'), (2, 7, 'k', x'02');
  insert into positions values ('consume-events', 0, 1);
  pragma application_id = 0x4d505332;
  pragma user_version = 1;`;

it('a stream of the first version opens with its records and positions, and can be split', async () => {
  const old = new DatabaseSync(join(folder, 'old.sqlite'));
  old.exec(FIRST_SCHEMA);
  old.close();

  const stream = open('old');

  expect(stream.shards()).toMatchObject([
    { shardId: shardId(0), isClosed: false, parentShardIds: [], lastSequence: '2' },
  ]);
  expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(1);
  expect(stream.splitShard(shardId(0))).toEqual([shardId(1), shardId(2)]);
  expect(await putAll(stream, ['k'])).not.toContain(shardId(0));
});

describe('the record before a time', () => {
  it('is the last one before the first that arrived at the time or later', async () => {
    const stream = open();
    const at = (arrivalTimeMs: number) => ({ partitionKey: 'k', data: new Uint8Array(1), arrivalTimeMs });
    await stream.put([at(10), at(20), at(15), at(30)]);

    const before = (timeMs: number) => stream.sequenceBefore(shardId(0), timeMs);

    expect([10, 11, 20, 21, 30, 31].map(before)).toEqual([null, '1', '1', '3', '3', '4']);
  });

  it('is none in an empty shard, and the newest removed one where all that is left is younger', async () => {
    const stream = open();
    expect(stream.sequenceBefore(shardId(0), 5)).toBeNull();
    await stream.put(
      [0, 90 * 86_400_000].map((arrivalTimeMs) => ({
        partitionKey: 'k',
        data: new Uint8Array(1),
        arrivalTimeMs,
      })),
    );
    stream.savePosition('one', shardId(0), '1');
    stream.applyRetention();

    expect(stream.sequenceBefore(shardId(0), 0)).toBe('1');
  });
});
