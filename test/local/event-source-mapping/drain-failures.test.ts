import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsumeBatch } from '../../../local/event-source-mapping/invocation-outcome.ts';
import { failureOf } from '../failure-of.ts';
import { failedAt, mappingUnderTest, numbers, recorder, SHARD, textOf } from './mapping-under-test.ts';

const mapping = mappingUnderTest();

describe('failures', () => {
  it('fault 23: a failing batch is halved until the failing record stands alone, and order is kept', async () => {
    const stream = await mapping.streamOf(numbers(8));
    let isDown = true;
    const { calls, consume } = recorder(async ({ records }) => {
      if (isDown && records.some((record) => textOf(record) === '6')) {
        isDown = records.length > 1;
        throw new Error('cannot take 6');
      }
      return null;
    });

    const counts = await mapping.drained(stream, consume);

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
    expect(mapping.delaysMs).toEqual([50]);
  });

  it('a partial response goes on from the lowest failed record', async () => {
    const stream = await mapping.streamOf(numbers(6));
    const { calls, consume } = recorder(async ({ records }, call) =>
      call === 1
        ? {
            batchItemFailures: [records[4], records[2], records[3]].map((r) => ({
              itemIdentifier: r?.sequenceNumber ?? '',
            })),
          }
        : { batchItemFailures: [] },
    );

    const counts = await mapping.drained(stream, consume);

    expect(calls.map((call) => call.join(''))).toEqual(['123456', '3456']);
    expect(counts).toMatchObject({ records: 6, failures: 1 });
    expect(mapping.delaysMs).toEqual([]);
  });

  it.each(['', '99', 'x'])(
    'an identifier %j that is not in the batch fails the whole batch',
    async (identifier) => {
      const stream = await mapping.streamOf(numbers(2));
      const { calls, consume } = recorder(async (_, call) =>
        call === 1 ? { batchItemFailures: [{ itemIdentifier: identifier }] } : null,
      );

      await mapping.drained(stream, consume);

      expect(calls.map((call) => call.join(''))).toEqual(['12', '1', '2']);
    },
  );

  it('five identical failures of one record end the drain with one clear error; what came before it is consumed', async () => {
    const stream = await mapping.streamOf(numbers(4));
    const { calls, consume } = recorder(async ({ records }) => {
      if (records.some((record) => textOf(record) === '3')) throw new Error('no space left');
      return undefined;
    });

    const error = await failureOf(mapping.drained(stream, consume));

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
    expect(mapping.delaysMs).toEqual([50, 100, 200, 400]);
  });

  it('a record that is reported as failed again and again ends the drain too', async () => {
    const stream = await mapping.streamOf(numbers(3));

    const error = await failureOf(
      mapping.drained(stream, async ({ records }) => {
        const bad = records.find((record) => textOf(record) === '2');
        return bad === undefined ? null : failedAt(bad);
      }),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', sequenceNumber: '2' });
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '1']]));
  });

  it('failures whose message changes are retried without end, each delay within the cap', async () => {
    const stream = await mapping.streamOf(numbers(1));
    const { calls, consume } = recorder(async (_, call) => {
      if (call < 40) throw new Error(`outage ${call}`);
      return null;
    });

    const counts = await mapping.drained(stream, consume);

    expect(calls).toHaveLength(40);
    expect(counts).toMatchObject({ records: 1, failures: 39 });
    expect(Math.max(...mapping.delaysMs)).toBeLessThanOrEqual(1_000);
  });

  it('of one shard end the other shards after the batch in hand', async () => {
    const stream = await mapping.streamOf(numbers(100), 2);

    const error = await failureOf(
      mapping.drained(
        stream,
        async ({ shardId }) => {
          if (shardId === SHARD) throw new Error('down');
          return null;
        },
        { settings: { batchSize: 1 }, parallelShards: 2 },
      ),
    );

    expect(error).toMatchObject({ name: 'BatchFailedError', shardId: SHARD });
  });
});

it('a position that cannot be stored ends the drain after the calls that run, and is no failure of the record', async () => {
  const stream = await mapping.streamOf(numbers(12));
  let [running, calls] = [0, 0];
  stream.savePosition = () => {
    throw new Error('the disk is full');
  };

  const error = await failureOf(
    mapping.drained(
      stream,
      async () => {
        calls += 1;
        running += 1;
        await Promise.resolve();
        running -= 1;
        return null;
      },
      { settings: { batchSize: 1, parallelizationFactor: 3 } },
    ),
  );

  expect(error).toMatchObject({ name: 'Error', message: 'the disk is full' });
  expect(running).toBe(0);
  expect(calls).toBeLessThanOrEqual(6);
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
      const stream = await mapping.streamOf(numbers(count), shards);
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
        const options = { settings: { batchSize }, maxIdenticalFailures: 2 };
        if ((await failureOf(mapping.drained(stream, consume, options))) === undefined) break;
      }

      for (const shard of stream.shards()) {
        const length = Number(shard.lastSequence ?? 0);
        expect(done.get(shard.shardId) ?? []).toEqual(Array.from({ length }, (_, index) => index + 1));
      }
    }),
    { numRuns: 30 },
  );
});
