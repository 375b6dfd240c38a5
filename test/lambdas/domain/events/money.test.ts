import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, MAX_AMOUNT_UNITS, toUnits } from '../../../../lambdas/domain/events/money.ts';

describe('money', () => {
  it('reads every number and text of four places exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_AMOUNT_UNITS }), (units) => {
        const text = decimalText(BigInt(units));

        expect(toUnits(text)).toBe(units);
        expect(toUnits(Number(text))).toBe(units);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [0, 0],
    [1e1, 100_000],
    [0.0001, 1],
    [99_999_999.9999, 999_999_999_999],
    ['10', 100_000],
    ['0.1', 1_000],
  ])('%j is %d ten-thousandths', (value, units) => {
    expect(toUnits(value)).toBe(units);
  });

  it.each([0.00005, 0.1 + 0.2, 1.00001, 999_999_999.99991, 5e-324])('%d has no four places', (value) => {
    expect(toUnits(value)).toBeNull();
  });

  it('beyond ten digits is more than every bound', () => {
    expect(toUnits(1e300)).toBe(Number.POSITIVE_INFINITY);
    expect(toUnits('9'.repeat(400))).toBe(Number.POSITIVE_INFINITY);
  });

  it('prints sums beyond 2^53', () => {
    expect(decimalText(0n)).toBe('0.0000');
    expect(decimalText(12n)).toBe('0.0012');
    expect(decimalText(123_456_789_012_345_678_901n)).toBe('12345678901234567.8901');
  });
});
