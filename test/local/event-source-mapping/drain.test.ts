import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES, payloadBytes } from '../../../local/event-source-mapping/lambda-payload.ts';
import { mappingUnderTest, numbers, OTHER_SHARD, put, recorder, SHARD } from './mapping-under-test.ts';

const mapping = mappingUnderTest();

const EMPTY = { shardId: SHARD, sequenceNumber: '1', partitionKey: 'k', arrivalTimeMs: 0 };

describe('batches', () => {
  it('hold at most batchSize records, in order, and a second drain has nothing to do', async () => {
    const stream = await mapping.streamOf(numbers(5));
    const { calls, consume } = recorder();

    const counts = await mapping.drained(stream, consume, { settings: { batchSize: 2 } });
    const again = await mapping.drained(stream, consume, { settings: { batchSize: 2 } });

    expect(calls).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(counts).toEqual({
      batches: 3,
      records: 5,
      failures: 0,
      discarded: 0,
      expired: 0,
      waiting: 0,
      isAborted: false,
    });
    expect(again).toEqual({
      batches: 0,
      records: 0,
      failures: 0,
      discarded: 0,
      expired: 0,
      waiting: 0,
      isAborted: false,
    });
  });

  it('hold 5,000 records unless told otherwise', async () => {
    const stream = await mapping.streamOf(numbers(5_001));
    const { calls, consume } = recorder();

    await mapping.drained(stream, consume);

    expect(calls.map((call) => call.length)).toEqual([5_000, 1]);
  });

  it('stay within 6 MB of payload after base64 and envelope', async () => {
    const stream = await mapping.streamOf([]);
    const data = new Uint8Array(999_999);
    for (let index = 0; index < 11; index += 1) await stream.put([{ partitionKey: 'k', data }]);
    const sizes: number[] = [];

    await mapping.drained(stream, async ({ records }) => {
      sizes.push(records.reduce((sum, record) => sum + payloadBytes(record), 0));
      return null;
    });

    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
    expect(sizes[0]).toBeGreaterThan(MAX_PAYLOAD_BYTES - payloadBytes({ ...EMPTY, data }));
  });

  it('hold records of one shard each, and shards take turns', async () => {
    const stream = await mapping.streamOf(numbers(40), 2);
    const seen: string[] = [];

    await mapping.drained(
      stream,
      async (batch) => {
        expect(batch.records.every((record) => record.shardId === batch.shardId)).toBe(true);
        seen.push(batch.shardId);
        return null;
      },
      { settings: { batchSize: 5 } },
    );

    expect(seen.slice(0, 4)).toEqual([SHARD, OTHER_SHARD, SHARD, OTHER_SHARD]);
    expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(0);
  });

  it('of several shards run side by side when asked to, one at a time in each', async () => {
    const stream = await mapping.streamOf(numbers(100), 2);
    const inHand = new Map<string, number>();
    let most = 0;

    const counts = await mapping.drained(
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
      { settings: { batchSize: 7 }, parallelShards: 2 },
    );

    expect(most).toBe(2);
    expect(counts.records).toBe(100);
  });

  it('that arrive while it drains wait for the next drain, so that a busy stream cannot hold it for ever', async () => {
    const stream = await mapping.streamOf(numbers(3));
    const { calls, consume } = recorder(async (_, call) => {
      await put(stream, [`later ${call}`]);
      return null;
    });

    const counts = await mapping.drained(stream, consume, { settings: { batchSize: 2 } });

    expect(calls).toEqual([['1', '2'], ['3']]);
    expect(counts.waiting).toBe(0);
    expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(2);
  });
});

describe('positions', () => {
  it('move only after success, so that a killed consumer gets its batch again', async () => {
    const stream = await mapping.streamOf(numbers(4));
    const { calls, consume } = recorder(async (_, call) => {
      if (call === 2) await new Promise(() => undefined);
      return null;
    });
    const hanging = mapping.drained(stream, consume, { settings: { batchSize: 2 } });
    await expect.poll(() => calls.length).toBe(2);

    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '2']]));
    const next = recorder();
    await mapping.drained(stream, next.consume);
    expect(next.calls).toEqual([['3', '4']]);
    void hanging;
  });

  it('of two consumers do not touch each other', async () => {
    const stream = await mapping.streamOf(numbers(2));
    const { calls, consume } = recorder();

    await mapping.drained(stream, consume, { consumer: 'one' });
    await mapping.drained(stream, consume, { consumer: 'two' });

    expect(calls).toHaveLength(2);
  });
});

describe('abort', () => {
  it('ends after the batch in hand, and the next drain goes on from there', async () => {
    const stream = await mapping.streamOf(numbers(6));
    const controller = new AbortController();
    const { calls, consume } = recorder(async (_, call) => {
      if (call === 2) controller.abort();
      return null;
    });

    const counts = await mapping.drained(stream, consume, {
      settings: { batchSize: 2 },
      signal: controller.signal,
    });
    await mapping.drained(stream, consume, { settings: { batchSize: 2 } });

    expect(counts).toMatchObject({ records: 4, waiting: 2, isAborted: true });
    expect(calls).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  it('ends the retries of a failing batch', async () => {
    const stream = await mapping.streamOf(numbers(1));
    const controller = new AbortController();
    let calls = 0;

    const counts = await mapping.drained(
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
  const stream = await mapping.streamOf(numbers(5));
  const seen: string[] = [];

  await mapping.drained(stream, async () => null, {
    settings: { batchSize: 2 },
    onProgress: (counts) => seen.push(`${counts.records} done, ${counts.waiting} wait`),
  });

  expect(seen).toEqual(['2 done, 3 wait', '4 done, 1 wait', '5 done, 0 wait']);
});
