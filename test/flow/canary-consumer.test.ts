import { gunzipSync } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LoopbackDynamoDb } from '../lambdas/aws/loopback-dynamodb.ts';
import { LoopbackS3 } from '../lambdas/aws/loopback-s3.ts';
import { type LoopbackServer, openLoopback, type Request } from '../lambdas/aws/loopback-server.ts';
import { kinesisEvent } from '../lambdas/runtime/lambda-events.ts';
import { CANARY_FATES, canaryRecords, leaksIn, SENT_TIME } from './canaries.ts';
import { saidByHandler } from './handler-process.ts';

const SHARD = 'shardId-000000000000';

let dynamoDb: LoopbackDynamoDb;
let s3: LoopbackS3;
let aws: LoopbackServer;

beforeAll(async () => {
  aws = await openLoopback((request) =>
    request.headers['x-amz-target'] === undefined ? s3.answer(request) : dynamoDb.answer(request),
  );
});

afterAll(() => aws.close());

beforeEach(() => {
  s3 = new LoopbackS3();
  dynamoDb = new LoopbackDynamoDb();
  dynamoDb.createTable('ledger', ['kind', 'id']);
  dynamoDb.createTable('claims', ['event_id']);
});

const records = canaryRecords();

/** All canaries as one batch. */
function batch(): KinesisStreamEvent {
  const arrivalTimeMs = Date.parse(SENT_TIME);
  const plain = records.map(({ data }, place) => ({ sequence: String(place + 1), data, arrivalTimeMs }));
  return kinesisEvent(SHARD, plain);
}

const VARIABLES = {
  CLAIMS_TABLE: 'claims',
  DEDUP: 'owner',
  CLAIM_TTL_MS: '691200000',
  COMPRESSION_CODEC: 'gzip',
  COMPRESSION_LEVEL: '1',
};

function said(events: readonly unknown[], variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const setting = {
    folder: 'consume-events',
    awsUrl: aws.url,
    variables: { ...VARIABLES, ...variables },
  };
  return saidByHandler(setting, events);
}

/** An answer of S3 that shows all that it was given, as a careless proxy does. */
function echo({ body }: Request) {
  const message = gunzipSync(body)
    .toString()
    .replaceAll(/[^\w @.:]/g, ' ');
  return { status: 403, body: `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>` };
}

describe('fault 56: the consumer says nothing about a person', () => {
  it('of events of every fate, though they all land', async () => {
    const text = await said([batch(), batch()]);

    expect(leaksIn(text)).toEqual([]);
    expect(text.match(/batch landed/g)).toHaveLength(2);
    const reasons = CANARY_FATES.filter((fate) => !['accepted', 'duplicate', 'too_late'].includes(fate));
    for (const reason of reasons) expect(text).toContain(`"reason":"${reason}"`);
    const bytes = [...s3.objects.values()].map((object) => gunzipSync(object).toString()).join('');
    expect(leaksIn(bytes).length).toBeGreaterThan(5);
  });

  it('in mode ledger', async () => {
    expect(leaksIn(await said([batch()], { DEDUP: 'ledger' }))).toEqual([]);
  });

  it('when S3 refuses, and shows in its answer what it was given', async () => {
    s3.fault = echo;

    const text = await said([batch()]);

    expect(text).toMatch(/^thrown AccessDenied: a service refused with HTTP 403/m);
    expect(leaksIn(text)).toEqual([]);
  });

  it.each(['BatchExecuteStatement', 'TransactWriteItems', 'UpdateItem'])(
    'when DynamoDB refuses %s, and shows in its answer what it was given',
    async (refused) => {
      dynamoDb.fault = (operation, body) =>
        operation === refused
          ? {
              status: 400,
              body: JSON.stringify({ __type: 'ValidationException', message: JSON.stringify(body) }),
            }
          : null;

      const text = await said([batch()]);

      expect(dynamoDb.calls.map(({ operation }) => operation)).toContain(refused);
      expect(leaksIn(text)).toEqual([]);
    },
  );

  it('when the mapping sends what is no batch', async () => {
    const [record] = batch().Records;
    const foreign = { ...record, eventID: 'shardId-000000000001:1' };

    const text = await said([{ Records: [record, foreign] }, { Records: [] }, {}, null]);

    expect(text.match(/^thrown/gm)).toHaveLength(4);
    expect(leaksIn(text)).toEqual([]);
  });
});

it('fault 56: a redrive says nothing about a person, be it in a batch or in what is none', async () => {
  const info = {
    shardId: SHARD,
    startSequenceNumber: '1',
    endSequenceNumber: String(records.length),
    approximateArrivalOfLastRecord: SENT_TIME,
    batchSize: records.length,
  };
  const failure = { KinesisBatchInfo: info, payload: JSON.stringify(batch()) };
  s3.objects.set('aws/lambda/1', Buffer.from(JSON.stringify(failure)));
  s3.objects.set('aws/lambda/2', Buffer.from(JSON.stringify({ ...failure, payload: 'perdita' })));
  s3.objects.set('aws/lambda/3', records[0]?.data ?? Buffer.of());

  const text = await saidByHandler(
    {
      folder: 'redrive-failures',
      awsUrl: aws.url,
      variables: { ...VARIABLES, FAILURES_BUCKET: 'failures', STREAM_NAME: 'events' },
    },
    [{ dryRun: true }, {}, { since: 'perdita' }],
  );

  expect(leaksIn(text)).toEqual([]);
  expect(text.match(/failure stays/g)).toHaveLength(4);
  expect(text).toContain('batch landed');
  expect(text).toMatch(/^thrown .*RedriveRequestError/m);
});

it('fault 56: a recovery says nothing about a person, be it in quarantine or in an object that is broken', async () => {
  await said([batch()]);
  const [raw = ''] = [...s3.objects.keys()].filter((key) => key.startsWith('raw/'));
  const [quarantine = ''] = [...s3.objects.keys()].filter((key) => key.startsWith('quarantine/'));
  const variables = { ...VARIABLES, STREAM_NAME: 'events' };
  const recovery = { folder: 'recover-events', awsUrl: aws.url, variables };

  const replayed = await saidByHandler(recovery, [{ recover: 'quarantine' }]);
  s3.objects.set(quarantine, Buffer.from(records[0]?.data ?? ''));
  const others = [{ recover: 'quarantine' }, { recover: 'objects', key: raw }, { recover: 'perdita' }];
  const broken = await saidByHandler(recovery, others);

  expect(replayed).toContain('"clock_skew":1');
  expect(broken).toContain(quarantine);
  expect(broken).toMatch(/^thrown .*RecoveryRequestError/m);
  expect(leaksIn(replayed + broken)).toEqual([]);
});

it('the canaries hold what is looked for, and every fate', () => {
  const bytes = records.map(({ data }) => data.toString('latin1')).join('\n');

  expect(leaksIn(bytes).length).toBe(6);
  expect(leaksIn(Buffer.from(bytes).toString('base64'))).not.toEqual([]);
  expect(new Set(records.map(({ fate }) => fate))).toEqual(new Set(CANARY_FATES));
});
