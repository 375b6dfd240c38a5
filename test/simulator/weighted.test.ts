import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../simulator/random.ts';
import { type Weighted, weighted, zipf } from '../../simulator/weighted.ts';

const DRAWS = 20_000;

function shares<T>(choice: Weighted<T>): Map<T, number> {
  const random = randomStream(3);
  const drawn = Array.from({ length: DRAWS }, () => choice.draw(random));
  return new Map(
    [...Map.groupBy(drawn, (value) => value)].map(([value, { length }]) => [value, length / DRAWS]),
  );
}

describe('weighted choice', () => {
  it('draws each value by its share of the weights', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 });

    fc.assert(
      fc.property(
        weights.filter((list) => list.some((weight) => weight > 0)),
        (list) => {
          const total = list.reduce((sum, weight) => sum + weight, 0);
          const drawn = shares(weighted(list.map((weight, index) => [index, weight] as const)));

          for (const [index, weight] of list.entries()) {
            expect(Math.abs((drawn.get(index) ?? 0) - weight / total)).toBeLessThan(0.025);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('never draws a value without weight', () => {
    const drawn = shares(
      weighted([
        ['never', 0],
        ['always', 1],
      ]),
    );

    expect([...drawn.keys()]).toEqual(['always']);
  });

  it('refuses weights that sum to nothing', () => {
    expect(() => weighted([['a', 0]])).toThrow(RangeError);
  });

  it("follows Zipf's law: the second half as often as the first, the third a third", () => {
    const drawn = shares(zipf(['first', 'second', 'third']));
    const first = drawn.get('first') ?? 0;

    expect(Math.abs((drawn.get('second') ?? 0) / first - 1 / 2)).toBeLessThan(0.03);
    expect(Math.abs((drawn.get('third') ?? 0) / first - 1 / 3)).toBeLessThan(0.03);
  });
});
