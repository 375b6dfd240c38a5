import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalStream } from '../../local/local-stream.ts';
import { LocalStreamReader } from '../../local/local-stream-reader.ts';
import { ManualClock } from '../fakes/clock.ts';

const SHARD = 'shardId-000000000000';

let folder: string;
let stream: LocalStream;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millpond-reader-'));
  stream = new LocalStream({
    file: path.join(folder, 'stream.sqlite'),
    clock: new ManualClock(0),
    shards: 1,
  });
});
afterEach(() => {
  stream.close();
  rmSync(folder, { recursive: true });
});

/** Puts `count` records, one a day. */
async function put(count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const size = Math.min(500, count - from);
    await stream.put(
      Array.from({ length: size }, (_, index) => ({
        partitionKey: 'k',
        data: Buffer.from(String(from + index + 1)),
        arrivalTimeMs: (from + index) * 86_400_000,
      })),
    );
  }
}

async function read(firstSequence: string, lastSequence: string, shardId = SHARD): Promise<string[]> {
  const pages = await Array.fromAsync(
    new LocalStreamReader(stream).readRange({ shardId, firstSequence, lastSequence }),
  );
  return pages.flat().map((record) => `${record.sequenceNumber} ${Buffer.from(record.data)}`);
}

it('gives both ends of a range and what lies between', async () => {
  await put(12);

  expect(await read('9', '11')).toEqual(['9 9', '10 10', '11 11']);
  expect(await read('3', '3')).toEqual(['3 3']);
});

it('gives a long range page by page, whole and in order', async () => {
  await put(2_500);

  expect(await read('1', '2500')).toEqual(Array.from({ length: 2_500 }, (_, i) => `${i + 1} ${i + 1}`));
});

it('what has expired is missing, and so is what was never there', async () => {
  await put(12);
  stream.savePosition('consumer', SHARD, '12');
  stream.applyRetention(4 * 86_400_000);

  expect(await read('6', '9')).toEqual(['8 8', '9 9']);
  expect(await read('1', '3')).toEqual([]);
  expect(await read('12', '40')).toEqual(['12 12']);
  expect(await read('13', '40')).toEqual([]);
  expect(await read('1', '9', 'shardId-000000000077')).toEqual([]);
});
