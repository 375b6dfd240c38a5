import { randomExponential, randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** One stream of seeded randomness. Who draws from his own stream is not disturbed by what others draw. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** True with the given probability. Draws once, whatever the probability. */
  chance(probability: number): boolean;
  /** Whole number from least to most, both included. */
  integer(least: number, most: number): number;
  /** Uniform in [least, most). */
  between(least: number, most: number): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** Log-normal with the given median; sigma is the deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  /** One of the values, each equally likely. */
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** The stream of a seed and a path (for instance: visitor 12, faults); equal arguments give equal streams. */
export function randomStream(seed: number, ...path: readonly number[]): Random {
  const generator = xoroshiro128plusFromState(stateOf([seed, Math.floor(seed / 2 ** 32), ...path]));
  const uniform = () => uniformFloat64(generator);
  const standardExponential = randomExponential.source(uniform)(1);
  const standardNormal = randomNormal.source(uniform)(0, 1);
  return {
    uniform,
    chance: (probability) => uniform() < probability,
    integer: (least, most) => least + Math.floor(uniform() * (most - least + 1)),
    between: (least, most) => least + uniform() * (most - least),
    exponential: (mean) => mean * standardExponential(),
    logNormal: (median, sigma) => median * Math.exp(sigma * standardNormal()),
    pick: (values) => values[Math.floor(uniform() * values.length)] ?? values[0],
  };
}

/** Four well-mixed words of a list of numbers (a 32-bit finaliser of multiplications and shifts, run per word). */
function stateOf(words: readonly number[]): readonly number[] {
  const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
  return state.map((initial) => words.reduce((mixed, word) => mix(mixed ^ (word | 0)), mix(initial)));
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) + 0x9e3779b9) | 0;
}
