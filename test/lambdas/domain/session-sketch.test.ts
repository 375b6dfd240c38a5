import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countSessions,
  hashSession,
  mergeSketches,
  SKETCH_SIZE,
  sketchSessions,
} from '../../../lambdas/domain/session-sketch.ts';

function sessions(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) =>
    hashSession(`device-${from + index}`, `session-${from + index}`),
  );
}

describe('a session sketch', () => {
  it('hashes the two ids of a session as one text, the same for ever', () => {
    expect(hashSession('d-1', 's-1')).toBe(45_508_511_237_770);
  });

  it('is exact below its size', () => {
    expect(countSessions('')).toBe(0);
    expect(countSessions(sketchSessions(sessions(0, 1)))).toBe(1);
    expect(countSessions(sketchSessions(sessions(0, SKETCH_SIZE - 1)))).toBe(SKETCH_SIZE - 1);
  });

  it('counts a session once, in one sketch or in several', () => {
    const sketch = sketchSessions([...sessions(0, 100), ...sessions(50, 100)]);

    expect(countSessions(sketch)).toBe(100);
    expect(mergeSketches([sketch, sketch])).toBe(sketch);
  });

  it.each([1_000, 20_000, 100_000])('estimates %d sessions within a fifth', (count) => {
    const estimate = countSessions(sketchSessions(sessions(0, count)));

    expect(Math.abs(estimate / count - 1)).toBeLessThan(0.2);
  });

  it('of a union is the merge of the parts, however they are cut and ordered', () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 600 }));

    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const lists = parts.map(([from, length]) => sessions(from, from + length));
        const whole = sketchSessions(lists.flat());

        expect(mergeSketches(lists.map(sketchSessions).reverse())).toBe(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('has a bounded text of 12 hex digits a session', () => {
    expect(sketchSessions(sessions(0, 5_000))).toMatch(new RegExp(`^[0-9a-f]{${SKETCH_SIZE * 12}}$`));
  });
});
