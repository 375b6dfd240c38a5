import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KinesisEventStream } from '../../../lambdas/aws/kinesis-event-stream.ts';
import { KinesisStreamPositions } from '../../../lambdas/aws/kinesis-stream-positions.ts';
import type { LandedPosition } from '../../../lambdas/ports/stream.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { LOOPBACK } from './loopback-client.ts';
import { failure, json, LoopbackKinesis, shardIdOf } from './loopback-kinesis.ts';
import { type LoopbackServer, openLoopback } from './loopback-server.ts';

const SHARD = shardIdOf(0);
/** What the loopback gives every record. */
const ARRIVAL_MS = 1_767_225_600_125;

let kinesis: LoopbackKinesis;
let server: LoopbackServer;
let client: KinesisClient;
let timers: InstantTimers;

beforeEach(async () => {
  kinesis = new LoopbackKinesis({ streamName: 'events', shards: 1 });
  server = await openLoopback((request) => kinesis.answer(request));
  client = new KinesisClient({
    ...LOOPBACK,
    endpoint: server.url,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  timers = new InstantTimers();
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

async function put(count: number): Promise<readonly string[]> {
  const records = Array.from({ length: count }, () => ({ partitionKey: 'k', data: Buffer.from('{}') }));
  const results = await new KinesisEventStream({ client, streamName: 'events' }).put(records);
  return results.map((result) => (result.kind === 'accepted' ? result.sequenceNumber : ''));
}

function ask(landed: readonly (readonly [string, LandedPosition])[]): Promise<number | null> {
  const backoff = instantBackoff(timers);
  return new KinesisStreamPositions({ client, streamName: 'events', backoff }).oldestWaitingArrivalMs(
    new Map(landed),
  );
}

const at = (sequence: string | undefined) => ({ sequence: sequence ?? '', arrivalTimeMs: 5 });

it('the first record behind a position waits, and behind the last none does', async () => {
  const [first, last] = await put(2);

  expect(await ask([[SHARD, at(first)]])).toBe(ARRIVAL_MS);
  expect(await ask([[SHARD, at(last)]])).toBeNull();
  expect(kinesis.calls.at(-1)?.body).toMatchObject({ Limit: 1 });
});

it('a shard that has landed nothing is read from its beginning', async () => {
  expect(await ask([])).toBeNull();

  await put(1);

  expect(await ask([])).toBe(ARRIVAL_MS);
});

it('a position of a shard that is gone holds nothing, nor does one that was trimmed', async () => {
  const [first] = await put(1);
  kinesis.fault = (operation, perform) =>
    operation === 'GetShardIterator' ? failure(400, 'ResourceNotFoundException') : perform();
  expect(await ask([[SHARD, at(first)]])).toBeNull();

  let isTrimmed = true;
  kinesis.fault = (operation, perform) => {
    if (operation !== 'GetShardIterator' || !isTrimmed) return perform();
    isTrimmed = false;
    return failure(400, 'InvalidArgumentException');
  };
  expect(await ask([[SHARD, at(first)]])).toBe(ARRIVAL_MS);
});

it('empty pages on the way are followed; a shard that gives nothing else holds as its position does', async () => {
  const [first] = await put(2);
  let empty = 3;
  kinesis.fault = (operation, perform) =>
    operation === 'GetRecords' && empty-- > 0
      ? json({ Records: [], NextShardIterator: '0 1', MillisBehindLatest: 1_000 })
      : perform();
  expect(await ask([[SHARD, at(first)]])).toBe(ARRIVAL_MS);

  empty = 1_000;
  expect(await ask([[SHARD, at(first)]])).toBe(5);
  expect(await ask([])).toBe(0);
});

it('a closed shard that was read to its end holds nothing', async () => {
  const [first] = await put(1);
  kinesis.fault = (operation, perform) =>
    operation === 'GetRecords' ? json({ Records: [], MillisBehindLatest: 9 }) : perform();

  expect(await ask([[SHARD, at(first)]])).toBeNull();
});

it('throttling is waited out, and what does not pass is thrown', async () => {
  const [first] = await put(2);
  let failures = 3;
  kinesis.fault = (operation, perform) =>
    operation === 'GetRecords' && failures-- > 0
      ? failure(400, 'ProvisionedThroughputExceededException')
      : perform();
  expect(await ask([[SHARD, at(first)]])).toBe(ARRIVAL_MS);

  failures = 1_000;
  await expect(ask([[SHARD, at(first)]])).rejects.toThrow('ProvisionedThroughputExceededException');
});
