const EMPTY = -1;

/** One step of the hash of a word, from one byte to the next. Begin with 0. */
export function hashStep(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** Finds ASCII words by their bytes, without making a string of them. */
export class WordTable {
  readonly #mask: number;
  /** Place of a word in `words`, by its hash. */
  readonly #slots: Int16Array;
  readonly #words: readonly Uint8Array[];

  /** `words`: distinct, and few. Throws RangeError when their hashes cannot be kept apart. */
  constructor(words: readonly string[]) {
    this.#words = words.map((word) => new TextEncoder().encode(word));
    for (let size = 64; size <= 65_536; size *= 2) {
      const slots = slotsOf(this.#words, size);
      if (slots === null) continue;
      this.#slots = slots;
      this.#mask = size - 1;
      return;
    }
    throw new RangeError(`no table keeps the ${words.length} words apart`);
  }

  /** The place of the word bytes[from, to), whose hash is given, among the words; -1 when it is none of them. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const place = this.#slots[hash & this.#mask] ?? EMPTY;
    const word = this.#words[place];
    if (word === undefined || word.length !== to - from) return EMPTY;
    for (let at = 0; at < word.length; at += 1) if (word[at] !== bytes[from + at]) return EMPTY;
    return place;
  }
}

function slotsOf(words: readonly Uint8Array[], size: number): Int16Array | null {
  const slots = new Int16Array(size).fill(EMPTY);
  for (const [place, word] of words.entries()) {
    const slot = word.reduce(hashStep, 0) & (size - 1);
    if (slots[slot] !== EMPTY) return null;
    slots[slot] = place;
  }
  return slots;
}
