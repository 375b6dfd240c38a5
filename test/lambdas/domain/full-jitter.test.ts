import { expect, test } from 'vitest';
import { fullJitterMs } from '../../../lambdas/domain/full-jitter.ts';

const LIMITS = { baseMs: 100, capMs: 1_000 };

test('a pause lies between nothing and a bound that doubles up to the cap', () => {
  const attempts = [1, 2, 3, 4, 5, 60, 5_000];

  expect(attempts.map((attempt) => fullJitterMs(attempt, LIMITS, 0))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(attempts.map((attempt) => fullJitterMs(attempt, LIMITS, 0.9999))).toEqual([
    99, 199, 399, 799, 999, 999, 999,
  ]);
});
