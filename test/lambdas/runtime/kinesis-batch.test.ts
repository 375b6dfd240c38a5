import type { KinesisStreamEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { batchOf } from '../../../lambdas/runtime/kinesis-batch.ts';
import { kinesisEvent } from './lambda-events.ts';

it('gives the records of the shard in order, with bytes, sequence and arrival to the millisecond', () => {
  const event = kinesisEvent('shardId-000000000003', [
    {
      sequence: '49590338271490256608559692538361571095921575989136588898',
      data: 'a',
      arrivalTimeMs: 1_769_854_500_123,
    },
    {
      sequence: '49590338271490256608559692540925702759324208523137515618',
      data: '\n',
      arrivalTimeMs: 1_769_854_500_124,
    },
  ]);

  const batch = batchOf(event);

  expect(batch.shardId).toBe('shardId-000000000003');
  expect(batch.records.map((record) => record.arrivalTimeMs)).toEqual([1_769_854_500_123, 1_769_854_500_124]);
  expect(batch.records.map((record) => Buffer.from(record.data).toString())).toEqual(['a', '\n']);
  expect(batch.records[1]?.sequenceNumber).toBe('49590338271490256608559692540925702759324208523137515618');
});

it('every millisecond of the stream survives the seconds with a fraction', () => {
  const times = Array.from({ length: 1_000 }, (_, ms) => 1_769_854_500_000 + ms);
  const records = times.map((arrivalTimeMs, index) => ({
    sequence: String(index + 1),
    data: 'x',
    arrivalTimeMs,
  }));

  const batch = batchOf(kinesisEvent('shardId-000000000000', records));

  expect(batch.records.map((record) => record.arrivalTimeMs)).toEqual(times);
});

it.each<[string, KinesisStreamEvent]>([
  ['no record', { Records: [] }],
  [
    'two shards',
    {
      Records: ['shardId-000000000000', 'shardId-000000000001'].flatMap(
        (shard) => kinesisEvent(shard, [{ sequence: '1', data: 'x', arrivalTimeMs: 1 }]).Records,
      ),
    },
  ],
  ['no shard', kinesisEvent('events', [{ sequence: '1', data: 'x', arrivalTimeMs: 1 }])],
])('refuses %s', (_, event) => {
  expect(() => batchOf(event)).toThrow(/Expected/);
});
