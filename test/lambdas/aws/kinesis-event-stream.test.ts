import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KinesisEventStream } from '../../../lambdas/aws/kinesis-event-stream.ts';
import { produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import { InstantTimers } from './instant-backoff.ts';
import { LOOPBACK } from './loopback-client.ts';
import { failure, json, LoopbackKinesis } from './loopback-kinesis.ts';
import { type LoopbackServer, openLoopback } from './loopback-server.ts';

let kinesis: LoopbackKinesis;
let server: LoopbackServer;
let client: KinesisClient;
let stream: KinesisEventStream;

beforeEach(async () => {
  kinesis = new LoopbackKinesis({ streamName: 'events' });
  server = await openLoopback((request) => kinesis.answer(request));
  client = clientOf(server.url);
  stream = new KinesisEventStream({ client, streamName: 'events' });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

function clientOf(endpoint: string): KinesisClient {
  return new KinesisClient({
    ...LOOPBACK,
    endpoint,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: 200, throwOnRequestTimeout: true }),
  });
}

const records = ['a', 'b', 'c'].map((key) => ({ partitionKey: key, data: Buffer.from(`{"k":"${key}"}`) }));

it('a call sends keys and bytes, and gives each record its place', async () => {
  const results = await stream.put(records);

  expect(kinesis.calls[0]?.body).toMatchObject({
    StreamName: 'events',
    Records: [{ PartitionKey: 'a' }, {}, {}],
  });
  expect(results.map((result) => result.kind)).toEqual(['accepted', 'accepted', 'accepted']);
  expect(results[0]).toMatchObject({ shardId: expect.stringMatching(/^shardId-/) });
});

it('fault 1: entries that Kinesis refused are refused in their places, with its words', async () => {
  kinesis.fault = () =>
    json({
      FailedRecordCount: 1,
      Records: [
        { ShardId: 's', SequenceNumber: '1' },
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard s' },
        { ShardId: 's', SequenceNumber: '2' },
      ],
    });

  expect(await stream.put(records)).toEqual([
    { kind: 'accepted', shardId: 's', sequenceNumber: '1' },
    {
      kind: 'refused',
      errorCode: 'ProvisionedThroughputExceededException',
      message: 'Rate exceeded for shard s',
    },
    { kind: 'accepted', shardId: 's', sequenceNumber: '2' },
  ]);
});

it('a record that is too large or has no key never reaches Kinesis, which would refuse the call for it', async () => {
  const results = await stream.put([
    { partitionKey: '', data: Buffer.from('x') },
    ...records.slice(0, 1),
    { partitionKey: 'k', data: new Uint8Array(1_048_576) },
    ...records.slice(1),
  ]);

  expect(results.map((result) => result.kind)).toEqual([
    'refused',
    'accepted',
    'refused',
    'accepted',
    'accepted',
  ]);
  expect(kinesis.calls[0]?.body.Records?.map((record) => record.PartitionKey)).toEqual(['a', 'b', 'c']);
});

it.each([
  ['throttling of the call', () => failure(400, 'ProvisionedThroughputExceededException')],
  ['throttling of its key', () => failure(400, 'KMSThrottlingException')],
  ['an error of the service', () => failure(500, 'InternalFailure')],
  ['an answer that is no answer', () => ({ status: 503, body: '<html>' })],
  ['a line that breaks', () => 'reset' as const],
])('fault 2: %s refuses all records for a reason that passes', async (_, fault) => {
  kinesis.fault = fault;

  expect(await stream.put(records)).toEqual(
    records.map(() => expect.objectContaining({ kind: 'refused', errorCode: 'ServiceUnavailable' })),
  );
});

it('an answer that does not come is given up, and refuses all records for a reason that passes', async () => {
  client.destroy();
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent = await openLoopback(async () => {
    await promise;
    return 'reset' as const;
  });
  client = clientOf(silent.url);

  const results = await new KinesisEventStream({ client, streamName: 'events' }).put(records);

  resolve();
  await silent.close();
  expect(results).toEqual(records.map(() => expect.objectContaining({ errorCode: 'ServiceUnavailable' })));
});

it.each([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'ExpiredTokenException',
  'KMSDisabledException',
])('%s is thrown: it does not pass', async (code) => {
  kinesis.fault = () => failure(400, code);

  await expect(stream.put(records)).rejects.toMatchObject({ name: code });
});

it('a server that is not there is thrown', async () => {
  await server.close();

  await expect(stream.put(records)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('fault 3: a producer whose answer was lost sends again: nothing is lost, one record stands twice', async () => {
  let calls = 0;
  kinesis.fault = (_, perform) => {
    const answer = perform();
    calls += 1;
    return calls === 1 ? 'reset' : answer;
  };
  const backoff = { baseMs: 50, capMs: 5_000, timers: new InstantTimers(), random: { next: () => 0.5 } };

  const counts = await produceEvents({ stream, groups: [records.slice(0, 1)], backoff });

  expect(counts).toMatchObject({ accepted: 1, acceptedRecords: 1, resentRecords: 1, calls: 2 });
  expect(kinesis.count('PutRecords')).toBe(2);
});
