import { describe, expect, it } from 'vitest';
import type { DiscardedBatch } from '../../../local/event-source-mapping/failure-record.ts';
import { failureOf } from '../failure-of.ts';
import { mappingUnderTest, numbers, recorder, SHARD, textOf } from './mapping-under-test.ts';

const mapping = mappingUnderTest();

/** Keeps what it is given; fails as often as told first. */
function destination(failures = 0) {
  const kept: string[] = [];
  let left = failures;
  return {
    kept,
    discard: async ({ batch, condition, invocations }: DiscardedBatch) => {
      left -= 1;
      if (left >= 0) throw new Error('no space left');
      kept.push(`${batch.records.map(textOf).join('+')} ${condition} ${invocations}`);
    },
  };
}

/** Takes all but some texts. */
const refusing = (...bad: string[]) =>
  recorder(async ({ records }) => {
    const found = records.map(textOf).find((text) => bad.includes(text));
    if (found !== undefined) throw new Error(`cannot take ${found}`);
    return null;
  });

describe('rule 13: a drain that may give records up', () => {
  it('fault 25: puts the bad record alone beside and consumes all others, in order', async () => {
    const stream = await mapping.streamOf(numbers(20));
    const { kept, discard } = destination();
    const { consume } = refusing('7', '13');

    const counts = await mapping.drained(stream, consume, {
      settings: { batchSize: 8, maximumRetryAttempts: 2 },
      maxIdenticalFailures: 10,
      discard,
    });

    expect(kept).toEqual(['7 RetryAttemptsExhausted 6', '13 RetryAttemptsExhausted 6']);
    expect(counts).toMatchObject({ records: 18, discarded: 2, waiting: 0 });
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '20']]));
  });

  it('fault 10: ends with everything beside when every record is bad', async () => {
    const stream = await mapping.streamOf(numbers(6));
    const { kept, discard } = destination();

    const counts = await mapping.drained(stream, refusing(...numbers(6)).consume, {
      settings: { maximumRetryAttempts: 0 },
      discard,
    });

    expect(kept).toHaveLength(6);
    expect(counts).toMatchObject({ records: 0, discarded: 6, waiting: 0 });
  });

  it('rule 10: gives up records that are too old, by the clock', async () => {
    const stream = await mapping.streamOf(numbers(3));
    const { kept, discard } = destination();
    mapping.clock.advance(60_001);

    const counts = await mapping.drained(stream, async () => null, {
      settings: { maximumRecordAgeMs: 60_000 },
      discard,
    });

    expect(kept).toEqual(['1+2+3 MaximumRecordAgeExceeded 0']);
    expect(counts).toMatchObject({ batches: 0, records: 0, discarded: 3, waiting: 0 });
  });

  it('fault 25: tries again when the place for them fails, and moves no position before', async () => {
    const stream = await mapping.streamOf(numbers(2));
    const { kept, discard } = destination(3);
    const positions: unknown[] = [];

    await mapping.drained(stream, refusing('1').consume, {
      settings: { maximumRetryAttempts: 0 },
      discard: async (discarded) => {
        positions.push(stream.positions('consume-events').get(SHARD));
        await discard(discarded);
      },
    });

    expect(positions).toEqual([undefined, undefined, undefined, undefined]);
    expect(kept).toEqual(['1 RetryAttemptsExhausted 2']);
  });

  it('ends with an error when the place for them goes on failing; nothing is lost', async () => {
    const stream = await mapping.streamOf(numbers(2));
    const { discard } = destination(Number.POSITIVE_INFINITY);

    const error = await failureOf(
      mapping.drained(stream, refusing('1').consume, { settings: { maximumRetryAttempts: 0 }, discard }),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', sequenceNumber: '1', attempts: 5 });
    expect(String(error)).toContain('no space left');
    expect(stream.waitingRecords(stream.positions('consume-events'))).toBe(2);
  });

  it('will not begin without a place for them', async () => {
    const stream = await mapping.streamOf(numbers(1));
    const { calls, consume } = recorder();

    for (const settings of [{ maximumRetryAttempts: 0 }, { maximumRecordAgeMs: 60_000 }]) {
      expect(String(await failureOf(mapping.drained(stream, consume, { settings })))).toContain(
        'needs a place',
      );
    }
    expect(calls).toEqual([]);
  });
});

describe('rule 4: a drain with several batches of a shard at once', () => {
  it('runs them side by side, keeps the order of each key, and stores only what has no gap', async () => {
    const stream = await mapping.streamOf([]);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const encoder = new TextEncoder();
    await stream.put(
      Array.from({ length: 100 }, (_, index) => ({
        partitionKey: keys[index % 5] ?? '',
        data: encoder.encode(String(index)),
      })),
    );
    const got = new Map<string, number[]>();
    const done = new Set<number>();
    let [running, most, isGapless] = [0, 0, true];

    const counts = await mapping.drained(
      stream,
      async ({ records }) => {
        const position = Number(stream.positions('consume-events').get(SHARD) ?? 0);
        for (let sequence = 1; sequence <= position; sequence += 1) isGapless &&= done.has(sequence);
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        for (const one of records) {
          got.set(one.partitionKey, [...(got.get(one.partitionKey) ?? []), Number(textOf(one))]);
          done.add(Number(one.sequenceNumber));
        }
        return null;
      },
      { settings: { batchSize: 4, parallelizationFactor: 3 } },
    );

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    for (const list of got.values()) expect(list).toEqual([...list].sort((l, r) => l - r));
    expect(isGapless).toBe(true);
    expect(counts).toMatchObject({ records: 100, waiting: 0 });
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '100']]));
  });

  it('an error in one lane ends the drain after the others have finished their calls', async () => {
    const stream = await mapping.streamOf(numbers(40));
    let running = 0;

    const error = await failureOf(
      mapping.drained(
        stream,
        async ({ records }) => {
          running += 1;
          await Promise.resolve();
          running -= 1;
          if (records.some((one) => textOf(one) === '5')) throw new Error('down');
          return null;
        },
        { settings: { batchSize: 1, parallelizationFactor: 4 } },
      ),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', sequenceNumber: '5' });
    expect(running).toBe(0);
    expect(Number(stream.positions('consume-events').get(SHARD))).toBe(4);
  });
});
