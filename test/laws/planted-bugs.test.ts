import { describe, expect, it } from 'vitest';
import { counterexample, judge } from './world/counterexample.ts';
import { type BugName, PLANTED_BUGS } from './world/planted-bugs.ts';

const SEED = Number(process.env.MILLPOND_LAW_SEED ?? 7);
const WITHIN_HISTORIES = 1_000;

/** Which law finds the bug: words of its sentence. */
const FOUND_BY: Readonly<Record<BugName, RegExp>> = {
  'naive claim': /is lost/,
  'claim without owner': /is lost/,
  'key with the clock': /other keys at another time/,
  'ledger row before the object': /which does not stand/,
  'overwrite instead of put-if-absent': /the bytes of .* changed/,
  'swallow of a partial failure': /which has not landed|is lost/,
  'window without total order': /not the smallest/,
  'watermark before staging': /the watermark passes/,
  'dropping of duplicates': /is lost/,
  'fail closed': /fails of its own: Error: the claim store is down/,
};

/** In the order of the histories; the history's number is one less. */
async function firstBroken(name: BugName): Promise<{ readonly histories: number; readonly breach: string }> {
  for (let history = 0; history < WITHIN_HISTORIES; history += 1) {
    const { breaches } = await judge(SEED, history, PLANTED_BUGS[name]);
    const [breach] = breaches;
    if (breach !== undefined) return { histories: history + 1, breach };
  }
  return { histories: Number.POSITIVE_INFINITY, breach: 'nothing was found' };
}

describe('the laws', () => {
  const names = Object.keys(PLANTED_BUGS) as BugName[];

  it('are tried on ten planted bugs', () => {
    expect(names).toHaveLength(10);
  });

  it.each(names)('find the planted bug: %s', async (name) => {
    const { histories, breach } = await firstBroken(name);
    const smallest = await counterexample(SEED, histories - 1, PLANTED_BUGS[name]);
    console.log(`${name}: found within ${histories} histories of seed ${SEED}. ${smallest}`);

    expect(histories).toBeLessThanOrEqual(WITHIN_HISTORIES);
    expect(breach).toMatch(FOUND_BY[name]);
    expect(smallest).toMatch(FOUND_BY[name]);
  });
});
