import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamBatch, StreamRecord } from '../../lambdas/ports/stream.ts';
import type { ConsumeBatch } from '../../local/batch-processor.ts';
import { type DrainOptions, drain } from '../../local/event-source-mapping.ts';
import { MAX_PAYLOAD_BYTES, payloadBytes } from '../../local/lambda-payload.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { ManualClock } from '../fakes/clock.ts';

const SHARD = 'shardId-000000000000';
const OTHER_SHARD = 'shardId-000000000001';
let folder: string;
let streams: LocalStream[];
let delaysMs: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-mapping-'));
  streams = [];
  delaysMs = [];
});

afterEach(() => {
  for (const stream of streams) stream.close();
  rmSync(folder, { recursive: true });
});

async function streamOf(texts: readonly string[], shards = 1): Promise<LocalStream> {
  const file = join(folder, `${streams.length}.sqlite`);
  const stream = new LocalStream({ file, clock: new ManualClock(0), shards });
  streams.push(stream);
  await put(stream, texts);
  return stream;
}

async function put(stream: LocalStream, texts: readonly string[]): Promise<void> {
  const records = texts.map((text) => ({ partitionKey: text, data: new TextEncoder().encode(text) }));
  for (let start = 0; start < records.length; start += 500)
    await stream.put(records.slice(start, start + 500));
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

function textOf(record: StreamRecord): string {
  return Buffer.from(record.data).toString();
}

/** Drains with a backoff that only notes its delays. */
function drained(stream: LocalStream, consume: ConsumeBatch, options: Partial<DrainOptions> = {}) {
  const wait = async (delayMs: number) => {
    delaysMs.push(delayMs);
  };
  const backoff = { baseMs: 100, capMs: 1_000, wait, random: () => 0.5 };
  return drain({ stream, consume, backoff, ...options });
}

/** Keeps what it was called with; `answer` may throw or report failures. */
function recorder(answer: (batch: StreamBatch, call: number) => ReturnType<ConsumeBatch> = async () => null) {
  const calls: string[][] = [];
  const consume: ConsumeBatch = (batch) => {
    calls.push(batch.records.map(textOf));
    return answer(batch, calls.length);
  };
  return { calls, consume };
}

function failedAt(record: StreamRecord | undefined) {
  return { batchItemFailures: [{ itemIdentifier: record?.sequenceNumber ?? 'none' }] };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('batches', () => {
  it('hold at most batchSize records, in order, and a second drain has nothing to do', async () => {
    const stream = await streamOf(numbers(5));
    const { calls, consume } = recorder();

    const counts = await drained(stream, consume, { batchSize: 2 });
    const again = await drained(stream, consume, { batchSize: 2 });

    expect(calls).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(counts).toEqual({ batches: 3, records: 5, failures: 0, waiting: 0, isAborted: false });
    expect(again).toEqual({ batches: 0, records: 0, failures: 0, waiting: 0, isAborted: false });
  });

  it('hold 5,000 records unless told otherwise', async () => {
    const stream = await streamOf(numbers(5_001));
    const { calls, consume } = recorder();

    await drained(stream, consume);

    expect(calls.map((call) => call.length)).toEqual([5_000, 1]);
  });

  it('stay within 6 MB of payload after base64 and envelope', async () => {
    const stream = await streamOf([]);
    const data = new Uint8Array(999_999);
    for (let index = 0; index < 11; index += 1) await stream.put([{ partitionKey: 'k', data }]);
    const sizes: number[] = [];

    await drained(stream, async ({ records }) => {
      sizes.push(records.reduce((sum, record) => sum + payloadBytes(record), 0));
      return null;
    });

    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
    expect(sizes[0]).toBeGreaterThan(MAX_PAYLOAD_BYTES - payloadBytes({ ...EMPTY, data }));
  });

  it('hold records of one shard each, and shards take turns', async () => {
    const stream = await streamOf(numbers(40), 2);
    const seen: string[] = [];

    await drained(
      stream,
      async (batch) => {
        expect(batch.records.every((record) => record.shardId === batch.shardId)).toBe(true);
        seen.push(batch.shardId);
        return null;
      },
      { batchSize: 5 },
    );

    expect(seen.slice(0, 4)).toEqual([SHARD, OTHER_SHARD, SHARD, OTHER_SHARD]);
    expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(0);
  });

  it('of several shards run side by side when asked to, one at a time in each', async () => {
    const stream = await streamOf(numbers(100), 2);
    const inHand = new Map<string, number>();
    let most = 0;

    const counts = await drained(
      stream,
      async ({ shardId }) => {
        inHand.set(shardId, (inHand.get(shardId) ?? 0) + 1);
        expect(inHand.get(shardId)).toBe(1);
        most = Math.max(
          most,
          [...inHand.values()].reduce((sum, n) => sum + n),
        );
        await Promise.resolve();
        inHand.set(shardId, 0);
        return null;
      },
      { batchSize: 7, parallelShards: 2 },
    );

    expect(most).toBe(2);
    expect(counts.records).toBe(100);
  });

  it('that arrive while it drains wait for the next drain, so that a busy stream cannot hold it for ever', async () => {
    const stream = await streamOf(numbers(3));
    const { calls, consume } = recorder(async (_, call) => {
      await put(stream, [`later ${call}`]);
      return null;
    });

    const counts = await drained(stream, consume, { batchSize: 2 });

    expect(calls).toEqual([['1', '2'], ['3']]);
    expect(counts.waiting).toBe(0);
    expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(2);
  });
});

const EMPTY = { shardId: SHARD, sequenceNumber: '1', partitionKey: 'k', arrivalTimeMs: 0 };

describe('positions', () => {
  it('move only after success, so that a killed consumer gets its batch again', async () => {
    const stream = await streamOf(numbers(4));
    const { calls, consume } = recorder(async (_, call) => {
      if (call === 2) await new Promise(() => undefined);
      return null;
    });
    const hanging = drained(stream, consume, { batchSize: 2 });
    await expect.poll(() => calls.length).toBe(2);

    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '2']]));
    const next = recorder();
    await drained(stream, next.consume);
    expect(next.calls).toEqual([['3', '4']]);
    void hanging;
  });

  it('of two consumers do not touch each other', async () => {
    const stream = await streamOf(numbers(2));
    const { calls, consume } = recorder();

    await drained(stream, consume, { consumer: 'one' });
    await drained(stream, consume, { consumer: 'two' });

    expect(calls).toHaveLength(2);
  });
});

describe('failures', () => {
  it('fault 23: a failing batch is halved until the failing record stands alone, and order is kept', async () => {
    const stream = await streamOf(numbers(8));
    let isDown = true;
    const { calls, consume } = recorder(async ({ records }) => {
      if (isDown && records.some((record) => textOf(record) === '6')) {
        isDown = records.length > 1;
        throw new Error('cannot take 6');
      }
      return null;
    });

    const counts = await drained(stream, consume);

    expect(calls.map((call) => call.join(''))).toEqual([
      '12345678',
      '1234',
      '5678',
      '56',
      '5',
      '6',
      '6',
      '78',
    ]);
    expect(counts).toMatchObject({ records: 8, batches: 4, failures: 4, waiting: 0 });
    expect(delaysMs).toEqual([50]);
  });

  it('a partial response goes on from the lowest failed record', async () => {
    const stream = await streamOf(numbers(6));
    const { calls, consume } = recorder(async ({ records }, call) =>
      call === 1
        ? {
            batchItemFailures: [records[4], records[2], records[3]].map((r) => ({
              itemIdentifier: r?.sequenceNumber ?? '',
            })),
          }
        : { batchItemFailures: [] },
    );

    const counts = await drained(stream, consume);

    expect(calls.map((call) => call.join(''))).toEqual(['123456', '3456']);
    expect(counts).toMatchObject({ records: 6, failures: 1 });
    expect(delaysMs).toEqual([]);
  });

  it.each(['', '99', 'x'])(
    'an identifier %j that is not in the batch fails the whole batch',
    async (identifier) => {
      const stream = await streamOf(numbers(2));
      const { calls, consume } = recorder(async (_, call) =>
        call === 1 ? { batchItemFailures: [{ itemIdentifier: identifier }] } : null,
      );

      await drained(stream, consume);

      expect(calls.map((call) => call.join(''))).toEqual(['12', '1', '2']);
    },
  );

  it('five identical failures of one record end the drain with one clear error; what came before it is consumed', async () => {
    const stream = await streamOf(numbers(4));
    const { calls, consume } = recorder(async ({ records }) => {
      if (records.some((record) => textOf(record) === '3')) throw new Error('no space left');
      return undefined;
    });

    const error = await failureOf(drained(stream, consume));

    expect(error).toMatchObject({
      name: 'BatchFailedError',
      shardId: SHARD,
      sequenceNumber: '3',
      attempts: 5,
    });
    expect(String(error)).toContain('no space left');
    expect(error).toMatchObject({ cause: expect.objectContaining({ message: 'no space left' }) });
    expect(calls.filter((call) => call.join() === '3')).toHaveLength(5);
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '2']]));
    expect(delaysMs).toEqual([50, 100, 200, 400]);
  });

  it('a record that is reported as failed again and again ends the drain too', async () => {
    const stream = await streamOf(numbers(3));

    const error = await failureOf(
      drained(stream, async ({ records }) => {
        const bad = records.find((record) => textOf(record) === '2');
        return bad === undefined ? null : failedAt(bad);
      }),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', sequenceNumber: '2' });
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '1']]));
  });

  it('failures whose message changes are retried without end, each delay within the cap', async () => {
    const stream = await streamOf(numbers(1));
    const { calls, consume } = recorder(async (_, call) => {
      if (call < 40) throw new Error(`outage ${call}`);
      return null;
    });

    const counts = await drained(stream, consume);

    expect(calls).toHaveLength(40);
    expect(counts).toMatchObject({ records: 1, failures: 39 });
    expect(Math.max(...delaysMs)).toBeLessThanOrEqual(1_000);
  });

  it('of one shard end the other shards after the batch in hand', async () => {
    const stream = await streamOf(numbers(100), 2);

    const error = await failureOf(
      drained(
        stream,
        async ({ shardId }) => {
          if (shardId === SHARD) throw new Error('down');
          return null;
        },
        { batchSize: 1, parallelShards: 2 },
      ),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', shardId: SHARD });
  });
});

describe('abort', () => {
  it('ends after the batch in hand, and the next drain goes on from there', async () => {
    const stream = await streamOf(numbers(6));
    const controller = new AbortController();
    const { calls, consume } = recorder(async (_, call) => {
      if (call === 2) controller.abort();
      return null;
    });

    const counts = await drained(stream, consume, { batchSize: 2, signal: controller.signal });
    await drained(stream, consume, { batchSize: 2 });

    expect(counts).toMatchObject({ records: 4, waiting: 2, isAborted: true });
    expect(calls).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  it('ends the retries of a failing batch', async () => {
    const stream = await streamOf(numbers(1));
    const controller = new AbortController();
    let calls = 0;

    const counts = await drained(
      stream,
      async () => {
        calls += 1;
        if (calls === 3) controller.abort();
        throw new Error(`outage ${calls}`);
      },
      { signal: controller.signal },
    );

    expect(counts).toMatchObject({ records: 0, waiting: 1, isAborted: true });
    expect(calls).toBe(3);
  });
});

it('progress counts up to all records', async () => {
  const stream = await streamOf(numbers(5));
  const seen: string[] = [];

  await drained(stream, async () => null, {
    batchSize: 2,
    onProgress: (counts) => seen.push(`${counts.records} done, ${counts.waiting} wait`),
  });

  expect(seen).toEqual(['2 done, 3 wait', '4 done, 1 wait', '5 done, 0 wait']);
});

it('fault 23: whatever fails whenever, each shard is consumed in order, without a gap, at least once', async () => {
  const scenario = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    shards: fc.integer({ min: 1, max: 3 }),
    faults: fc.array(fc.constantFrom('ok', 'throw', 'partial', 'misspelt', 'stop'), { maxLength: 30 }),
  });

  await fc.assert(
    fc.asyncProperty(scenario, async ({ count, batchSize, shards, faults }) => {
      const stream = await streamOf(numbers(count), shards);
      const done = new Map<string, number[]>();
      let call = 0;
      const consume: ConsumeBatch = async ({ shardId, records }) => {
        const fault = faults[call] ?? 'ok';
        call += 1;
        const middle = Math.floor(records.length / 2);
        const success = fault === 'ok' ? records : fault === 'partial' ? records.slice(0, middle) : [];
        const order = success.map((record) => Number(record.sequenceNumber));
        done.set(shardId, [...(done.get(shardId) ?? []), ...order]);
        if (fault === 'throw' || fault === 'stop')
          throw new Error(`${fault} ${fault === 'stop' ? '' : call}`);
        if (fault === 'misspelt') return failedAt(undefined);
        return fault === 'partial' ? failedAt(records[middle]) : null;
      };

      for (let run = 0; run < 31; run += 1) {
        const options = { batchSize, maxIdenticalFailures: 2 };
        if ((await failureOf(drained(stream, consume, options))) === undefined) break;
      }

      for (const shard of stream.shards()) {
        const length = Number(shard.lastSequence ?? 0);
        expect(done.get(shard.shardId) ?? []).toEqual(Array.from({ length }, (_, index) => index + 1));
      }
    }),
    { numRuns: 30 },
  );
});
