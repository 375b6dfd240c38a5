import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRecord } from '../../../lambdas/domain/events/check-record.ts';
import { MAX_BYTES_PER_RECORD, sizeOf } from '../../../lambdas/ports/stream-limits.ts';
import { Aggregator } from '../../../lambdas/produce-events/aggregator.ts';
import { Buckets } from '../../../lambdas/produce-events/buckets.ts';
import type { Parcel } from '../../../lambdas/produce-events/outbox.ts';
import { evenRanges, hashKeyOf, rangeIndexOf } from '../../../local/hash-key-range.ts';
import { record } from './stub-streams.ts';

const ONE_BUCKET_KEY = new Buckets(1).keyOf(0);

function packed(texts: readonly string[], maxBytes: number, arrivalsMs: readonly number[] = []): Parcel[] {
  const aggregator = new Aggregator({ maxBytes, buckets: 1, maxSpanMs: 1_000 });
  const parcels = texts.flatMap((text, index) => {
    const arrivalTimeMs = arrivalsMs[index];
    return aggregator.add({
      ...record(`device-${index}`, text),
      ...(arrivalTimeMs === undefined ? {} : { arrivalTimeMs }),
    });
  });
  return [...parcels, ...aggregator.flush()];
}

function textsOf(parcels: readonly Parcel[]): string[] {
  return parcels.map((parcel) => Buffer.from(parcel.record.data).toString());
}

describe('a record of several events', () => {
  it('is NDJSON up to the size, its key included, and not a byte more', () => {
    const keyBytes = ONE_BUCKET_KEY.length;
    const events = ['{"a":1}', '{"a":2}', '{"a":3}'];

    expect(textsOf(packed(events, keyBytes + 15))).toEqual(['{"a":1}\n{"a":2}', '{"a":3}']);
    expect(textsOf(packed(events, keyBytes + 14))).toEqual(events);
    expect(packed(events, keyBytes + 15).map((parcel) => parcel.bytes)).toEqual([
      keyBytes + 15,
      keyBytes + 7,
    ]);
  });

  it('an event that is larger than the size goes alone, in its place', () => {
    const large = `{"a":"${'x'.repeat(100)}"}`;

    const parcels = packed(['{"a":1}', large, '{"a":2}', '{"a":3}'], 60);

    expect(textsOf(parcels)).toEqual(['{"a":1}', large, '{"a":2}\n{"a":3}']);
    expect(new Set(parcels.map((parcel) => parcel.record.partitionKey))).toEqual(new Set([ONE_BUCKET_KEY]));
  });

  it('is at most 1 MiB with its key, whatever size was asked for', () => {
    const half = `{"a":"${'x'.repeat(MAX_BYTES_PER_RECORD / 2 - 30)}"}`;

    const parcels = packed([half, half, half], 10 * MAX_BYTES_PER_RECORD);

    expect(parcels.map((parcel) => parcel.events)).toEqual([2, 1]);
    expect(Math.max(...parcels.map((parcel) => sizeOf(parcel.record)))).toBeLessThanOrEqual(
      MAX_BYTES_PER_RECORD,
    );
  });

  it.each(['{\n}', 'no json', '', ' {"a":1}', '{"a":1} ', '[{"a":1}]'])(
    'takes nothing in that is no object on one line: %j',
    (odd) => {
      expect(textsOf(packed(['{"a":1}', odd, '{"a":2}'], 1_000))).toEqual(['{"a":1}', odd, '{"a":2}']);
    },
  );

  it('holds at most as many events as the consumer takes from one record', () => {
    const events = Array.from({ length: 5_001 }, () => '{}');

    expect(packed(events, 1_000_000).map((parcel) => parcel.events)).toEqual([5_000, 1]);
  });

  it('arrives with its newest event, and events further apart than the span do not meet', () => {
    const parcels = packed(['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}'], 1_000, [0, 1_000, 1_001, 900]);

    expect(textsOf(parcels)).toEqual(['{"a":1}\n{"a":2}', '{"a":3}\n{"a":4}']);
    expect(parcels.map((parcel) => parcel.record.arrivalTimeMs)).toEqual([1_000, 1_001]);
  });

  it('is given as soon as nothing can join it any more, whatever bucket the next event is in', () => {
    const aggregator = new Aggregator({ maxBytes: 1_000, buckets: 16, maxSpanMs: 1_000 });
    const buckets = new Buckets(16);
    const at = (arrivalTimeMs: number, bucket: number) =>
      aggregator.add({ ...record(buckets.keyOf(bucket), '{}'), arrivalTimeMs });

    const given = [at(0, 3), at(10, 7), at(1_005, 1), at(1_011, 9)];

    expect(given.map((parcels) => parcels.map((parcel) => parcel.record.arrivalTimeMs))).toEqual([
      [],
      [],
      [0],
      [10],
    ]);
    expect(aggregator.openEvents).toBe(2);
  });

  it('stands on its own: what is packed later does not change it', () => {
    const aggregator = new Aggregator({ maxBytes: 1_000, buckets: 1 });
    aggregator.add(record('a', '{"a":1}'));
    const first = aggregator.flush();
    aggregator.add(record('a', '{"b":2}'));

    aggregator.flush();

    expect(textsOf(first)).toEqual(['{"a":1}']);
  });

  it('gives every event back to the consumer, byte by byte, with the verdict that it gets alone', () => {
    const line = fc.oneof(
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      fc.string().map((text) => JSON.stringify({ text })),
      fc.constant('{"half":'),
    );
    const good = '{"schema_version":1}';

    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 30, max: 400 }), (lines, maxBytes) => {
        // Of lines that are all broken the consumer makes one item; a line that is JSON among them rules that out.
        const texts = [...lines, good].flatMap((text) => [text, good]);

        const parcels = packed(texts, maxBytes);

        const verdicts = (data: Uint8Array) =>
          checkRecord(data, 0).map((checked) => [
            checked.kind,
            Buffer.from(checked.source.subarray(checked.from, checked.to)).toString(),
          ]);
        const together = parcels.flatMap((parcel) => verdicts(parcel.record.data));
        expect(together).toEqual(texts.flatMap((text) => verdicts(Buffer.from(text))));
        expect(parcels.reduce((sum, parcel) => sum + parcel.events, 0)).toBe(texts.length);
      }),
    );
  });
});

describe('buckets', () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => `visitor-${index}`);

  it.each([1, 2, 4, 64])(
    'of a stream of %i even shards each lie in one shard, that of their devices',
    (count) => {
      const buckets = new Buckets(64);
      const shards = evenRanges(count);

      const strays = keys.filter((key) => {
        const own = rangeIndexOf(shards, hashKeyOf(key));
        return rangeIndexOf(shards, hashKeyOf(buckets.keyOf(buckets.indexOf(key)))) !== own;
      });

      expect(strays).toEqual([]);
    },
  );

  it.each([1, 3, 64])('%i of them are all used, and have a key each that is the same for ever', (count) => {
    const indexes = new Set(keys.map((key) => new Buckets(count).indexOf(key)));
    const names = Array.from({ length: count }, (_, index) => new Buckets(count).keyOf(index));

    expect([...indexes].sort((left, right) => left - right)).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    expect(new Set(names).size).toBe(count);
    expect(new Buckets(64).keyOf(17)).toBe(new Buckets(64).keyOf(17));
  });
});
