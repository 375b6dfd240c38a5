import { describe, expect, it } from 'vitest';
import { discardedBatch } from '../../../lambdas/redrive-failures/discarded-batch.ts';
import { parseFailure } from '../../../lambdas/redrive-failures/failure-object.ts';
import { batchOf } from '../../../lambdas/runtime/kinesis-batch.ts';
import { type DiscardedBatch, failureObject } from '../../../local/event-source-mapping/failure-record.ts';
import {
  invocationEventText,
  type MappingNames,
} from '../../../local/event-source-mapping/invocation-event.ts';
import { record, SHARD_ID } from './shard-mapping-driver.ts';

const ARRIVAL_MS = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
const NAMES: MappingNames = {
  mappingId: 'consume-events',
  functionArn: 'arn:aws:lambda:local:000000000000:function:consume-events',
  streamArn: 'arn:aws:kinesis:local:000000000000:stream/events',
  region: 'local',
  roleArn: 'arn:aws:iam::000000000000:role/consume-events',
};
const RECORDS = [
  record(7, { arrivalTimeMs: ARRIVAL_MS, partitionKey: 'visitor-é', data: Buffer.from('{"a":1}') }),
  record(9, { arrivalTimeMs: ARRIVAL_MS + 1_001, data: Uint8Array.from([0, 255, 128]) }),
];
const DISCARDED: DiscardedBatch = {
  batch: { shardId: SHARD_ID, records: RECORDS },
  condition: 'RetryAttemptsExhausted',
  invocations: 3,
  discardedAtMs: Date.UTC(2026, 1, 4),
};

const jsonOf = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));

describe('rule 13: the object at the failure destination', () => {
  it('fault 25: holds what Lambda tells, and the whole event as a text', () => {
    const { body } = failureObject('failures/', DISCARDED, NAMES);

    const { payload, requestContext, ...rest } = jsonOf(body);

    expect(requestContext).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      functionArn: NAMES.functionArn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    });
    expect(rest).toEqual({
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-02-04T00:00:00.000Z',
      KinesisBatchInfo: {
        shardId: SHARD_ID,
        startSequenceNumber: '7',
        endSequenceNumber: '9',
        approximateArrivalOfFirstRecord: '2026-02-03T04:05:06.789Z',
        approximateArrivalOfLastRecord: '2026-02-03T04:05:07.790Z',
        batchSize: 2,
        streamArn: NAMES.streamArn,
      },
    });
    expect(payload).toBe(invocationEventText(DISCARDED.batch, NAMES));
  });

  it('lies where Lambda would put it, by mapping, shard and day, and its name holds only safe characters', () => {
    const { key } = failureObject('failures/', DISCARDED, NAMES);

    expect(key).toMatch(
      /^failures\/aws\/lambda\/consume-events\/shardId-000000000000\/2026\/02\/03\/2026-02-03T04\.05\.06-[0-9a-f-]{36}$/,
    );
  });

  it('has the same name whenever, why and after how many tries the batch is given up', () => {
    const later: DiscardedBatch = {
      ...DISCARDED,
      condition: 'MaximumRecordAgeExceeded',
      invocations: 0,
      discardedAtMs: 0,
    };

    expect(failureObject('', later, NAMES).key).toBe(failureObject('', DISCARDED, NAMES).key);
  });

  it.each([
    ['other records', { ...DISCARDED, batch: { shardId: SHARD_ID, records: RECORDS.slice(0, 1) } }, NAMES],
    ['another shard', { ...DISCARDED, batch: { shardId: 'shardId-1', records: RECORDS } }, NAMES],
    ['another stream', DISCARDED, { ...NAMES, streamArn: 'arn:other' }],
  ])('has another name for %s', (_, discarded, names) => {
    expect(failureObject('', discarded, names).key).not.toBe(failureObject('', DISCARDED, NAMES).key);
  });

  it('of records that were never invoked tells of no answer', () => {
    const { body } = failureObject('', { ...DISCARDED, invocations: 0 }, NAMES);

    expect(jsonOf(body)).toMatchObject({
      responseContext: null,
      requestContext: { approximateInvokeCount: 0 },
    });
  });

  it.each(['', '../up', 'a/b', 'a.b', 'x'.repeat(129)])(
    'fault 52: takes no shard id %j into a key',
    (shardId) => {
      const batch = { shardId, records: RECORDS };

      expect(() => failureObject('', { ...DISCARDED, batch }, NAMES)).toThrow('failure');
    },
  );

  it('of an empty batch there is none', () => {
    const batch = { shardId: SHARD_ID, records: [] };

    expect(() => failureObject('', { ...DISCARDED, batch }, NAMES)).toThrow('empty batch');
  });

  it('fault 25: brings the same records back to whoever redrives it', () => {
    const { body } = failureObject('', DISCARDED, NAMES);

    const { shardId, records } = discardedBatch(parseFailure(body));

    expect(shardId).toBe(SHARD_ID);
    expect(records.map((one) => ({ ...one, data: Uint8Array.from(one.data) }))).toEqual(
      RECORDS.map((one) => ({ ...one, data: Uint8Array.from(one.data) })),
    );
  });
});

it('the event gives the handler the records that the mapping had', () => {
  const { records } = batchOf(JSON.parse(invocationEventText(DISCARDED.batch, NAMES)));

  expect(records.map(({ data: _, ...one }) => one)).toEqual(RECORDS.map(({ data: _, ...one }) => one));
  expect(records.map(({ data }) => [...data])).toEqual(RECORDS.map(({ data }) => [...data]));
});
