import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KinesisEventStream } from '../../../lambdas/aws/kinesis-event-stream.ts';
import { KinesisStreamReader } from '../../../lambdas/aws/kinesis-stream-reader.ts';
import type { SequenceRange } from '../../../lambdas/ports/stream.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { LOOPBACK } from './loopback-client.ts';
import { failure, LoopbackKinesis, shardIdOf } from './loopback-kinesis.ts';
import { type LoopbackServer, openLoopback } from './loopback-server.ts';

const SHARD = shardIdOf(0);

let kinesis: LoopbackKinesis;
let server: LoopbackServer;
let client: KinesisClient;
let timers: InstantTimers;
let sequences: readonly string[];

/** 1,000 records in one shard: four pages. */
beforeEach(async () => {
  kinesis = new LoopbackKinesis({ streamName: 'events', shards: 1 });
  server = await openLoopback((request) => kinesis.answer(request));
  client = new KinesisClient({
    ...LOOPBACK,
    endpoint: server.url,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const stream = new KinesisEventStream({ client, streamName: 'events' });
  const results = [...(await stream.put(numbered(0))), ...(await stream.put(numbered(500)))];
  sequences = results.map((result) => (result.kind === 'accepted' ? result.sequenceNumber : ''));
  timers = new InstantTimers();
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

function numbered(from: number) {
  return Array.from({ length: 500 }, (_, i) => ({ partitionKey: 'k', data: Buffer.from(String(from + i)) }));
}

function between(first: number, last: number): SequenceRange {
  return { shardId: SHARD, firstSequence: sequences[first] ?? '', lastSequence: sequences[last] ?? '' };
}

/** The numbers in the records that are given. */
async function read(range: SequenceRange, streamName = 'events'): Promise<number[]> {
  const reader = new KinesisStreamReader({ client, streamName, backoff: instantBackoff(timers) });
  const pages = await Array.fromAsync(reader.readRange(range));
  return pages.flat().map((record) => Number(Buffer.from(record.data)));
}

function counting(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Lets the first `times` reads fail. */
function failReads(times: number, code: string): void {
  let left = times;
  kinesis.fault = (operation, perform) => {
    if (operation !== 'GetRecords' || left === 0) return perform();
    left -= 1;
    return failure(400, code);
  };
}

it('gives both ends of a range, each record with its coordinates, and asks no further', async () => {
  const reader = new KinesisStreamReader({ client, streamName: 'events', backoff: instantBackoff(timers) });

  const [page] = await Array.fromAsync(reader.readRange(between(7, 8)));

  expect(page).toHaveLength(2);
  expect(page?.[0]).toMatchObject({ shardId: SHARD, sequenceNumber: sequences[7], partitionKey: 'k' });
  expect(page?.[0]?.arrivalTimeMs).toBe(1_767_225_600_125);
  expect(kinesis.count('GetRecords')).toBe(1);
});

it('walks pages, with a pause between two that leaves the consumer its share', async () => {
  expect(await read(between(0, 999))).toEqual(counting(0, 999));
  expect(timers.delaysMs).toEqual([250, 250, 250]);
});

it('what has expired is missing', async () => {
  kinesis.trim(0, 400);

  expect(await read(between(100, 500))).toEqual(counting(400, 500));
  expect(await read(between(100, 200))).toEqual([]);
});

it('a place that is refused since it was trimmed is looked for from the oldest record on', async () => {
  kinesis.trim(0, 400);
  let asked = 0;
  kinesis.fault = (operation, perform) => {
    if (operation === 'GetShardIterator') asked += 1;
    return operation === 'GetShardIterator' && asked === 1
      ? failure(400, 'InvalidArgumentException')
      : perform();
  };

  expect(await read(between(100, 500))).toEqual(counting(400, 500));
});

it('a range that ends beyond the newest record ends there', async () => {
  expect(await read({ ...between(998, 999), lastSequence: `${sequences[999]}0` })).toEqual([998, 999]);
});

it('a shard that is gone has nothing left', async () => {
  expect(await read({ ...between(0, 1), shardId: shardIdOf(7) })).toEqual([]);
});

it('a stream that is not there is an error, not a range without records', async () => {
  await expect(read(between(0, 1), 'elsewhere')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('an iterator that has expired is made anew where reading stood', async () => {
  let pages = 0;
  kinesis.fault = (operation, perform) => {
    if (operation !== 'GetRecords') return perform();
    pages += 1;
    return pages === 2 ? failure(400, 'ExpiredIteratorException') : perform();
  };

  expect(await read(between(0, 999))).toEqual(counting(0, 999));
  expect(kinesis.calls.filter((call) => call.operation === 'GetShardIterator').at(-1)?.body).toMatchObject({
    ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
    StartingSequenceNumber: sequences[299],
  });
});

it('throttled reads wait longer each time, with jitter', async () => {
  failReads(3, 'ProvisionedThroughputExceededException');

  expect(await read(between(0, 10))).toEqual(counting(0, 10));
  expect(timers.delaysMs).toEqual([125, 250, 500]);
});

it('throttling without end is thrown', async () => {
  failReads(1_000, 'ProvisionedThroughputExceededException');

  await expect(read(between(0, 10))).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
  });
  expect(kinesis.count('GetRecords')).toBe(8);
});
