import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { S3ObjectStore } from '../../../lambdas/aws/s3-object-store.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { openLoopbackClient } from './loopback-client.ts';
import { failure, LoopbackS3 } from './loopback-s3.ts';

const KEY = 'raw/events/ingest_date=2026-01-31/ingest_hour=10/a.ndjson.gz';
const BODY = Buffer.from('bytes');

let s3: LoopbackS3;
let close: () => Promise<void>;
let timers: InstantTimers;
let store: S3ObjectStore;

beforeEach(async () => {
  s3 = new LoopbackS3();
  const opened = await openLoopbackClient(
    (request) => s3.answer(request),
    (config) => new S3Client({ ...config, maxAttempts: 4 }),
  );
  close = opened.close;
  timers = new InstantTimers();
  store = new S3ObjectStore({ client: opened.client, bucket: 'raw', backoff: instantBackoff(timers) });
});

afterEach(() => close());

/** Lets a fault happen to the first `times` requests. */
function first(times: number, fault: LoopbackS3['fault']): LoopbackS3['fault'] {
  let left = times;
  return (request, perform) => {
    left -= 1;
    return left >= 0 ? fault(request, perform) : perform();
  };
}

it('asks S3 to write only what is absent', async () => {
  await store.putIfAbsent(KEY, BODY);

  expect(s3.puts).toEqual([{ key: KEY, ifNoneMatch: '*' }]);
});

it('fault 15: S3 errors are retried', async () => {
  s3.fault = first(2, () => failure(503, 'SlowDown'));

  expect(await store.putIfAbsent(KEY, BODY)).toBe('created');
});

it('fault 15: an S3 that stays down fails the write, so that the batch is retried', async () => {
  s3.fault = () => failure(500, 'InternalError');

  await expect(store.putIfAbsent(KEY, BODY)).rejects.toMatchObject({ name: 'InternalError' });
  expect(s3.objects.size).toBe(0);
});

it('fault 16: a write whose answer was lost passes on the retry, with one object', async () => {
  s3.fault = first(1, (_, perform) => {
    perform();
    return 'reset';
  });

  expect(await store.putIfAbsent(KEY, BODY)).toBe('exists');
  expect(s3.objects.get(KEY)?.toString()).toBe('bytes');
});

it('fault 17: a write that races with another is asked again, later each time', async () => {
  s3.fault = first(3, () => failure(409, 'ConditionalRequestConflict'));

  expect(await store.putIfAbsent(KEY, BODY)).toBe('created');
  expect(timers.delaysMs).toEqual([25, 50, 100]);
});

it('fault 17: a race without end is thrown', async () => {
  s3.fault = () => failure(409, 'ConditionalRequestConflict');

  await expect(store.putIfAbsent(KEY, BODY)).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  expect(timers.delaysMs).toHaveLength(4);
});

it('a read that S3 refuses is no missing object', async () => {
  s3.fault = () => failure(403, 'AccessDenied');

  await expect(store.get(KEY)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('fault 16: a body that breaks off is read again, later each time', async () => {
  await store.putIfAbsent(KEY, BODY);
  s3.fault = first(2, (_, perform) => ({ ...perform(), isCut: true }));

  expect(Buffer.from((await store.get(KEY)) ?? []).toString()).toBe('bytes');
  expect(timers.delaysMs).toEqual([25, 50]);
});

it('fault 16: a body that always breaks off is thrown', async () => {
  await store.putIfAbsent(KEY, BODY);
  s3.fault = (_, perform) => ({ ...perform(), isCut: true });

  await expect(store.get(KEY)).rejects.toThrow('aborted');
  expect(timers.delaysMs).toHaveLength(4);
});
