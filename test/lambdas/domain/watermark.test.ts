import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextWatermarkMs } from '../../../lambdas/domain/watermark.ts';

const LATENESS_MS = 10;
const NOTHING = {
  previousMs: null,
  newestStagedArrivalMs: null,
  oldestWaitingArrivalMs: null,
  allowedLatenessMs: LATENESS_MS,
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
          allowedLatenessMs: LATENESS_MS,
        });

        if (previousMs !== null) expect(next).toBeGreaterThanOrEqual(previousMs);
        if (next !== null && oldestWaitingArrivalMs !== null) {
          expect(next).toBeLessThanOrEqual(Math.max(oldestWaitingArrivalMs - 10, previousMs ?? -10));
        }
      }),
    );
  });
});

/** What happens to a stream of several shards, one tick of its clock after the other. */
const HAPPENING = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('arrive' as const), shard: fc.nat(3) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('land' as const), shard: fc.nat(3), count: fc.nat(4) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('discard' as const), shard: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('run' as const) }) },
);

/** A shard by arrival times: what waits in order, and what has landed. Silent ones stay empty. */
interface Shard {
  readonly waiting: number[];
  readonly landed: number[];
}

describe('over several shards, some of them silent', () => {
  test('no record that lands later was in time for what the watermark has passed', () => {
    fc.assert(
      fc.property(fc.array(HAPPENING, { maxLength: 60 }), (happenings) => {
        const shards: readonly Shard[] = Array.from({ length: 4 }, () => ({ waiting: [], landed: [] }));
        let watermarkMs: number | null = null;
        for (const [nowMs, happening] of happenings.entries()) {
          if (happening.kind === 'run') {
            const staged = shards.flatMap(({ landed }) => landed);
            const waiting = shards.flatMap((shard) => shard.waiting[0] ?? []);
            const next: number | null = nextWatermarkMs({
              previousMs: watermarkMs,
              newestStagedArrivalMs: staged.length === 0 ? null : Math.max(...staged),
              oldestWaitingArrivalMs: waiting.length === 0 ? null : Math.min(...waiting),
              allowedLatenessMs: LATENESS_MS,
            });
            if (watermarkMs !== null) expect(next).toBeGreaterThanOrEqual(watermarkMs);
            if (waiting.length === 0 && staged.length > 0)
              expect(next).toBe(Math.max(watermarkMs ?? -LATENESS_MS, Math.max(...staged) - LATENESS_MS));
            watermarkMs = next;
            continue;
          }
          const shard = shards[happening.shard];
          if (happening.kind === 'arrive') shard?.waiting.push(nowMs);
          if (happening.kind === 'discard') shard?.waiting.splice(0, 1);
          if (happening.kind === 'land') {
            const landing = shard?.waiting.splice(0, happening.count) ?? [];
            // In time means: happened at most the lateness before it arrived, so not before the watermark.
            for (const arrivalMs of landing)
              expect(arrivalMs - LATENESS_MS).toBeGreaterThanOrEqual(watermarkMs ?? -LATENESS_MS);
            shard?.landed.push(...landing);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
