import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  invocationEventText,
  type MappingNames,
} from '../../../local/event-source-mapping/invocation-event.ts';
import {
  fittingPayload,
  MAX_PAYLOAD_BYTES,
  payloadBytes,
} from '../../../local/event-source-mapping/lambda-payload.ts';
import { record } from './shard-mapping-driver.ts';

const ACCOUNT = '123456789012';
const LONG_NAMES: MappingNames = {
  mappingId: 'm',
  functionArn: 'f',
  streamArn: `arn:aws:kinesis:ap-southeast-1:${ACCOUNT}:stream/${'s'.repeat(64)}`,
  region: 'ap-southeast-1',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${'r'.repeat(64)}`,
};

describe('rule 3: the size of a payload', () => {
  it('is never below what the event takes as JSON, whatever key and data are', () => {
    const arbitrary = fc.record({
      partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      data: fc.uint8Array({ maxLength: 200 }),
    });

    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 1, maxLength: 5 }), (given) => {
        const records = given.map((one, index) =>
          record(index, { ...one, sequenceNumber: '4'.repeat(56), arrivalTimeMs: 1_700_000_000_123 }),
        );

        const actual = Buffer.byteLength(
          invocationEventText({ shardId: 'shardId-000000000000', records }, LONG_NAMES),
        );

        expect(records.reduce((sum, one) => sum + payloadBytes(one), 0)).toBeGreaterThanOrEqual(actual - 14);
      }),
    );
  });

  it('counts base64: three bytes of data are four', () => {
    const sizes = [0, 1, 3, 4].map((length) => payloadBytes(record(1, { data: new Uint8Array(length) })));

    expect(sizes.map((size) => size - (sizes[0] ?? 0))).toEqual([0, 4, 4, 8]);
  });

  it('of exactly 6 MB fits into one invocation, of a byte more does not', () => {
    const first = record(1, { data: new Uint8Array(3_000_000) });
    const rest =
      MAX_PAYLOAD_BYTES -
      payloadBytes(first) -
      payloadBytes(record(2, { partitionKey: '', data: new Uint8Array(0) }));
    const data = new Uint8Array(3 * Math.floor(rest / 4 - 1));
    const second = (more: number) => record(2, { data, partitionKey: 'k'.repeat((rest % 4) + 4 + more) });

    expect(payloadBytes(first) + payloadBytes(second(0))).toBe(MAX_PAYLOAD_BYTES);
    expect(fittingPayload([first, second(0)])).toHaveLength(2);
    expect(fittingPayload([first, second(1)])).toHaveLength(1);
  });
});
