import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalStream } from '../../local/local-stream.ts';
import { ManualClock } from '../fakes/clock.ts';

let folder: string;
let stream: LocalStream;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millpond-calls-'));
  stream = new LocalStream({
    file: path.join(folder, 'stream.sqlite'),
    clock: new ManualClock(7),
    shards: 1,
  });
});
afterEach(() => {
  stream.close();
  rmSync(folder, { recursive: true });
});

function numbered(from: number, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    partitionKey: 'k',
    data: Buffer.from(String(from + i)),
  }));
}

it('calls that do not wait for one another stand in their order', async () => {
  const answers = await Promise.all([0, 500, 1_000].map((from) => stream.put(numbered(from, 500))));

  const [shard] = stream.shards();
  const stored = stream.read({
    shardId: shard?.shardId ?? '',
    afterSequence: null,
    limit: 2_000,
    maxBytes: 1e9,
  });
  expect(stored.map((record) => Number(Buffer.from(record.data)))).toEqual([...Array(1_500).keys()]);
  expect(answers.flat().map((result) => result.kind === 'accepted' && Number(result.sequenceNumber))).toEqual(
    Array.from({ length: 1_500 }, (_, index) => index + 1),
  );
});

it('a call that is too large is refused by itself; those beside it land', async () => {
  const outcomes = await Promise.allSettled([
    stream.put(numbered(0, 2)),
    stream.put(numbered(0, 501)),
    stream.put(numbered(2, 2)),
  ]);

  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(stream.shards()[0]?.lastSequence).toBe('4');
});

it('what was acknowledged is on the disk: another process sees it at once', async () => {
  const other = new LocalStream({ file: path.join(folder, 'stream.sqlite'), clock: new ManualClock(7) });

  await Promise.all([stream.put(numbered(0, 3)), stream.put(numbered(3, 3))]);

  expect(other.shards()[0]?.lastSequence).toBe('6');
  other.close();
});
