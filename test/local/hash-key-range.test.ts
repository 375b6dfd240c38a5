import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evenRanges, hashKeyOf, rangeIndexOf } from '../../local/hash-key-range.ts';

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
