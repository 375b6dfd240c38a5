import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenRanges, hashKeyOf, mergeRanges, rangeIndexOf, splitRange } from '../../local/hash-key-range.ts';

it.each([1, 2, 3, 7, 1_024])('%i ranges cover the 128-bit space without gap or overlap', (count) => {
  const ranges = evenRanges(count);

  const bounds = ranges.map((range) => [BigInt(`0x${range.first}`), BigInt(`0x${range.last}`)] as const);
  expect(bounds[0]?.[0]).toBe(0n);
  expect(bounds.at(-1)?.[1]).toBe(2n ** 128n - 1n);
  bounds.slice(1).forEach(([first], index) => {
    expect(first).toBe((bounds[index]?.[1] ?? 0n) + 1n);
  });
});

it('two ranges meet in the middle, as the Kinesis API shows them', () => {
  expect(evenRanges(2).map((range) => BigInt(`0x${range.last}`))).toEqual([
    170141183460469231731687303715884105727n,
    340282366920938463463374607431768211455n,
  ]);
});

it('a hash key lies in the range that holds its number', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (key, count) => {
      const ranges = evenRanges(count);
      const number = BigInt(`0x${createHash('md5').update(key, 'utf8').digest('hex')}`);

      const range = ranges[rangeIndexOf(ranges, hashKeyOf(key))];

      expect(number >= BigInt(`0x${range?.first}`) && number <= BigInt(`0x${range?.last}`)).toBe(true);
    }),
  );
});

describe('a split', () => {
  const whole = { first: '0'.repeat(32), last: 'f'.repeat(32) };
  const hexOf = (value: bigint) => value.toString(16).padStart(32, '0');
  const places = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

  it('cuts a range in its middle, or at the hash key that is named, and a merge puts it together again', () => {
    fc.assert(
      fc.property(places, places, places, (one, other, cut) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        fc.pre(low < high);
        const range = { first: hexOf(low), last: hexOf(high) };
        const at = low + 1n + (cut % (high - low));

        for (const [left, right] of [splitRange(range), splitRange(range, hexOf(at))]) {
          expect(left.first).toBe(range.first);
          expect(BigInt(`0x${left.last}`) + 1n).toBe(BigInt(`0x${right.first}`));
          expect(mergeRanges(left, right)).toEqual(range);
          expect(mergeRanges(right, left)).toEqual(range);
        }
        expect(splitRange(range, hexOf(at))[1].first).toBe(hexOf(at));
      }),
    );
  });

  it('in the middle gives the ranges that a stream of two shards begins with', () => {
    expect(splitRange(whole)).toEqual(evenRanges(2));
  });

  it('leaves no side empty: the second one begins above the first hash key and at most at the last', () => {
    const range = { first: hexOf(10n), last: hexOf(20n) };

    expect(splitRange(range, hexOf(11n))[0].last).toBe(hexOf(10n));
    expect(splitRange(range, hexOf(20n))[1].first).toBe(hexOf(20n));
    expect(() => splitRange(range, hexOf(10n))).toThrow('nothing on one side');
    expect(() => splitRange(range, hexOf(21n))).toThrow('nothing on one side');
    expect(() => splitRange({ first: hexOf(5n), last: hexOf(5n) })).toThrow('nothing on one side');
    expect(() => splitRange(range, '11')).toThrow('32 hex digits');
  });

  it('cannot be mended from ranges that are no neighbours', () => {
    const [first, second, third] = evenRanges(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no ranges');

    expect(mergeRanges(second, third).last).toBe(third.last);
    expect(() => mergeRanges(first, third)).toThrow('no neighbours');
    expect(() => mergeRanges(first, first)).toThrow('no neighbours');
  });
});
