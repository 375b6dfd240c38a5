import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Everything that a history leaves open is asked here: what is sent, who moves next, what goes wrong. The answers are
 * kept, so a history is the list of its answers: replayed it is the same, shrunk it is a smaller one, and counted
 * through it is all of them. 0 is always the plainest answer: nothing more, the oldest first, no mishap.
 */
export class Choices {
  /** The answers so far. */
  readonly answers: number[] = [];
  /** How many answers each question had. */
  readonly bounds: number[] = [];
  readonly #next: () => number;

  private constructor(next: () => number) {
    this.#next = next;
  }

  /** Random answers, the same for the same seed and number. */
  static seeded(seed: number, number: number): Choices {
    const generator = xoroshiro128plus(mixed(seed ^ Math.imul(number + 1, 0x9e3779b1)));
    for (let skipped = 0; skipped < 4; skipped += 1) generator.next();
    return new Choices(() => generator.next() >>> 0);
  }

  /** Given answers, then only the plainest ones; an answer beyond its question's bound wraps around. */
  static replayed(answers: readonly number[]): Choices {
    let at = 0;
    return new Choices(() => {
      at += 1;
      return answers[at - 1] ?? 0;
    });
  }

  /** A whole number from 0 to bound - 1. */
  below(bound: number): number {
    const answer = bound <= 1 ? 0 : this.#next() % bound;
    if (bound > 1) {
      this.answers.push(answer);
      this.bounds.push(bound);
    }
    return answer;
  }

  /** True once in so many times. */
  onceIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

/** The finishing steps of MurmurHash3 (Appleby, public domain): neighbouring numbers give unlike generators. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/**
 * Calls `play` with every list of answers that it can ask for, like an odometer: the last question that has another
 * answer left gets its next one. Returns how many there were. `play` must ask finitely often.
 */
export async function everyAnswer(play: (choices: Choices) => Promise<void>): Promise<number> {
  let count = 0;
  let answers: readonly number[] | null = [];
  while (answers !== null) {
    const choices = Choices.replayed(answers);
    await play(choices);
    count += 1;
    answers = nextAnswers(choices);
  }
  return count;
}

function nextAnswers({ answers, bounds }: Choices): readonly number[] | null {
  for (let at = answers.length - 1; at >= 0; at -= 1) {
    const answer = answers[at] ?? 0;
    if (answer + 1 < (bounds[at] ?? 0)) return [...answers.slice(0, at), answer + 1];
  }
  return null;
}
