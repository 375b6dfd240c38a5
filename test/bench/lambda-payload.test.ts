import { expect, it } from 'vitest';
import { EVENT_BYTES, lambdaPayloads, RECORDS_PER_PAYLOAD } from '../../bench/lambda-payload.ts';
import { checkRecord } from '../../lambdas/domain/events/check-record.ts';
import { batchOf } from '../../lambdas/runtime/kinesis-batch.ts';

it('a payload holds 5,000 valid events of the size that the figures speak of', () => {
  const [payload = ''] = lambdaPayloads(1);

  const { records } = batchOf(JSON.parse(payload));
  const sizes = records.map(({ data }) => data.length);
  const verdicts = records.flatMap(({ data, arrivalTimeMs }) => checkRecord(data, arrivalTimeMs));

  expect(records).toHaveLength(RECORDS_PER_PAYLOAD);
  expect(new Set(records.map(({ sequenceNumber }) => sequenceNumber)).size).toBe(RECORDS_PER_PAYLOAD);
  expect(verdicts.filter(({ kind }) => kind !== 'accepted')).toEqual([]);
  expect(Math.abs(sizes.reduce((sum, size) => sum + size, 0) / sizes.length - EVENT_BYTES)).toBeLessThan(10);
  expect(Buffer.byteLength(payload)).toBeLessThan(6 * 1024 * 1024);
});
