const GOLDEN = 0x9e3779b9;
const WARM_UP = 8;

/**
 * A seeded source of chance (sfc32, Doty-Humphrey's small fast counter): the same seed gives the same throws on any
 * machine. Its 128 bits of state keep millions of sources apart; with 32 bits some would throw alike.
 */
export class Dice {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** Begins anew; sources with different numbers, below 2^32, have nothing to do with one another. */
  seed(seed: number, number: number): this {
    this.#a = mixed(seed + GOLDEN);
    this.#b = mixed(this.#a ^ number);
    this.#c = number | 0;
    this.#counter = 1;
    for (let round = 0; round < WARM_UP; round += 1) this.word();
    return this;
  }

  /** 0 .. 2^32 - 1 */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  part(): number {
    return this.word() / 0x1_0000_0000;
  }

  happens(chance: number): boolean {
    return this.part() < chance;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.part() * count);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** Exponential: how long one waits when the mean is such. */
  wait(mean: number): number {
    return -Math.log(1 - this.part()) * mean;
  }
}

function mixed(value: number): number {
  let mixing = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
  return (mixing ^ (mixing >>> 16)) | 0;
}
