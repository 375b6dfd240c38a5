import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { S3LandingZone } from '../../../lambdas/aws/s3-landing-zone.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { openLoopbackClient } from './loopback-client.ts';
import { failure, LoopbackS3 } from './loopback-s3.ts';

const FILE = { key: 'landing/orders/März 1.csv', versionId: 'v1' };
const STORED = `${FILE.key}?versionId=${FILE.versionId}`;

let s3: LoopbackS3;
let close: () => Promise<void>;
let timers: InstantTimers;
let zone: S3LandingZone;

beforeEach(async () => {
  s3 = new LoopbackS3();
  const opened = await openLoopbackClient(
    (request) => s3.answer(request),
    (config) => new S3Client({ ...config, forcePathStyle: true, maxAttempts: 2 }),
  );
  close = opened.close;
  timers = new InstantTimers();
  zone = new S3LandingZone({ client: opened.client, bucket: 'landing', backoff: instantBackoff(timers) });
});

afterEach(() => close());

async function read(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zone.open(FILE).open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

it('reads the version that it was told of, each time from the beginning', async () => {
  s3.objects.set(STORED, Buffer.from('first'));
  s3.objects.set(FILE.key, Buffer.from('dropped later'));

  expect([await read(), await read()]).toEqual(['first', 'first']);
  expect(zone.open(FILE).name).toBe('März 1.csv');
});

it('fault 16: a body that breaks off is read on from where it broke, without a byte twice', async () => {
  const text = Array.from({ length: 5_000 }, (_, n) => `row ${n}\n`).join('');
  s3.objects.set(STORED, Buffer.from(text));
  const ranges: (string | undefined)[] = [];
  s3.fault = (request, perform) => {
    ranges.push(request.headers.range);
    return { ...perform(), isCut: ranges.length < 4 };
  };

  expect(await read()).toBe(text);
  expect(ranges).toHaveLength(4);
  expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
});

it('fault 16: a body that breaks off at the very end is whole', async () => {
  s3.objects.set(STORED, Buffer.from('whole'));
  let requests = 0;
  s3.fault = (request, perform) => {
    requests += 1;
    // One byte more is announced than there is.
    if (requests === 1) return { ...perform(), headers: { 'content-length': '6' } };
    return request.headers.range === 'bytes=5-' ? failure(416, 'InvalidRange') : perform();
  };

  expect(await read()).toBe('whole');
});

it('fault 16: a body that breaks off without a byte, again and again, is thrown', async () => {
  s3.objects.set(STORED, Buffer.from('bytes'));
  const ranges: (string | undefined)[] = [];
  // Half of what is left, each time: 2 bytes, 1, 1, and then none.
  s3.fault = (request, perform) => {
    ranges.push(request.headers.range);
    return { ...perform(), isCut: true };
  };

  await expect(read()).rejects.toThrow();
  expect(ranges.slice(0, 5)).toEqual([undefined, 'bytes=2-', 'bytes=3-', 'bytes=4-', 'bytes=4-']);
  expect(new Set(ranges.slice(4))).toEqual(new Set(['bytes=4-']));
  expect(ranges.length).toBeLessThan(14);
});

it('a version that is gone is thrown, and not asked for again', async () => {
  await expect(read()).rejects.toMatchObject({ name: 'NoSuchVersion' });
  expect(timers.delaysMs).toEqual([]);
});

it('marks the version, not what was dropped after it', async () => {
  s3.objects.set(STORED, Buffer.from('first'));

  await zone.markTaken(FILE);
  await zone.markTaken(FILE);

  expect([...s3.tags.keys()]).toEqual([STORED]);
  expect(s3.tags.get(STORED)).toContain('<Key>millpond</Key><Value>taken</Value>');
});
