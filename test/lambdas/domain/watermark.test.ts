import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextWatermarkMs } from '../../../lambdas/domain/watermark.ts';

const NOTHING = {
  previousMs: null,
  newestStagedArrivalMs: null,
  oldestWaitingArrivalMs: null,
  allowedLatenessMs: 10,
};

describe('the watermark', () => {
  test('stands nowhere before the first arrival is staged', () => {
    expect(nextWatermarkMs(NOTHING)).toBeNull();
    expect(nextWatermarkMs({ ...NOTHING, oldestWaitingArrivalMs: 5 })).toBeNull();
  });

  test('follows the newest staged arrival by the allowed lateness', () => {
    expect(nextWatermarkMs({ ...NOTHING, newestStagedArrivalMs: 100 })).toBe(90);
  });

  test('is held back by the oldest record that waits', () => {
    expect(nextWatermarkMs({ ...NOTHING, newestStagedArrivalMs: 100, oldestWaitingArrivalMs: 50 })).toBe(40);
  });

  test('never falls and never passes what waits, but for what it had passed before', () => {
    const times = fc.option(fc.integer({ min: 0, max: 1000 }));
    fc.assert(
      fc.property(times, times, times, (previousMs, newestStagedArrivalMs, oldestWaitingArrivalMs) => {
        const next = nextWatermarkMs({
          previousMs,
          newestStagedArrivalMs,
          oldestWaitingArrivalMs,
          allowedLatenessMs: 10,
        });

        if (previousMs !== null) expect(next).toBeGreaterThanOrEqual(previousMs);
        if (next !== null && oldestWaitingArrivalMs !== null) {
          expect(next).toBeLessThanOrEqual(Math.max(oldestWaitingArrivalMs - 10, previousMs ?? -10));
        }
      }),
    );
  });
});
