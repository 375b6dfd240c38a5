/** The only randomness. It spreads retries; nothing that lands in raw or in a table comes from it (promise 2). */
export interface RandomSource {
  /** Uniform in [0, 1). */
  next(): number;
}

export const systemRandom: RandomSource = { next: () => Math.random() };
