import { describe, expect, it } from 'vitest';
import { claimTtlMs, leastClaimTtlMs } from '../../../lambdas/domain/claim-expiry.ts';
import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';

const WAYS = { streamRetentionMs: 7 * MS_PER_DAY, redriveHorizonMs: 14 * MS_PER_DAY };

describe('how long claims hold', () => {
  it('fault 21: is longer than the stream keeps a record and a redrive may wait, together', () => {
    expect(leastClaimTtlMs(WAYS)).toBe(22 * MS_PER_DAY);
    expect(claimTtlMs(null, WAYS)).toBe(22 * MS_PER_DAY);
  });

  it('follows each of the settings', () => {
    expect(leastClaimTtlMs({ ...WAYS, streamRetentionMs: 30 * MS_PER_DAY })).toBe(45 * MS_PER_DAY);
    expect(leastClaimTtlMs({ ...WAYS, redriveHorizonMs: 0 })).toBe(8 * MS_PER_DAY);
  });

  it('fault 21: may be longer, and is refused when it is shorter', () => {
    expect(claimTtlMs(30 * MS_PER_DAY, WAYS)).toBe(30 * MS_PER_DAY);
    expect(claimTtlMs(22 * MS_PER_DAY, WAYS)).toBe(22 * MS_PER_DAY);
    expect(() => claimTtlMs(22 * MS_PER_DAY - 1, WAYS)).toThrow(RangeError);
    expect(() => claimTtlMs(8 * MS_PER_DAY, WAYS)).toThrow('claims that hold 8 days');
  });
});
