import { describe, expect, it } from 'vitest';
import { randomStream } from '../../simulator/random.ts';

const DRAWS = 20_000;

function draws(draw: () => number): number[] {
  return Array.from({ length: DRAWS }, draw);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

describe('random streams', () => {
  it('are equal for equal seeds and paths, and differ otherwise', () => {
    const start = (...path: number[]) => {
      const random = randomStream(7, ...path);
      return [random.uniform(), random.uniform()].join();
    };

    expect(start(1, 2)).toBe(start(1, 2));
    expect(new Set([start(), start(1), start(1, 2), start(2, 1), start(0, 0)]).size).toBe(5);
  });

  it('differ for seeds that are equal in their lower 32 bits, and for negative ones', () => {
    const starts = [5, 5 + 2 ** 32, -5].map((seed) => randomStream(seed).uniform());

    expect(new Set(starts).size).toBe(3);
  });

  it('draw whole numbers evenly, both ends included', () => {
    const random = randomStream(1);

    const counts = Map.groupBy(
      draws(() => random.integer(3, 5)),
      (value) => value,
    );

    expect([...counts.keys()].sort()).toEqual([3, 4, 5]);
    for (const values of counts.values()) expect(Math.abs(values.length / DRAWS - 1 / 3)).toBeLessThan(0.02);
  });

  it('have the means and medians asked for', () => {
    const random = randomStream(1);
    const exponential = mean(draws(() => random.exponential(32)));
    const logNormal = draws(() => random.logNormal(400, 0.8)).sort((left, right) => left - right);

    expect(Math.abs(exponential / 32 - 1)).toBeLessThan(0.03);
    expect(Math.abs((logNormal[DRAWS / 2] ?? 0) / 400 - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(draws(() => (random.chance(0.3) ? 1 : 0))) - 0.3)).toBeLessThan(0.02);
  });
});
