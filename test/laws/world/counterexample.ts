import { breachesOf } from './check-history.ts';
import { Choices } from './choices.ts';
import { type Composition, SOUND } from './composition.ts';
import { play } from './play.ts';
import { shrink } from './shrink.ts';
import type { World } from './world.ts';

/** How many short histories are tried before the long one that failed is shrunk itself. */
const SHORT_HISTORIES = 400;
const SHORT_RECORDS = 1;

export interface Finding {
  readonly world: World;
  readonly breaches: readonly string[];
}

/** Plays one seeded history and judges it. */
export async function judge(
  seed: number,
  history: number,
  composition: Composition = SOUND,
): Promise<Finding> {
  const world = await play({ choices: Choices.seeded(seed, history), history, composition });
  return { world, breaches: breachesOf(world, history) };
}

/**
 * The failing history, as short as it gets, in one line: what happens, then what breaks. A short history that breaks
 * the same law is taken where there is one, since it says more.
 */
export async function counterexample(
  seed: number,
  history: number,
  composition: Composition = SOUND,
): Promise<string> {
  const original = Choices.seeded(seed, history);
  const first = breachesOf(await play({ choices: original, history, composition }), history)[0] ?? '';
  for (let number = 0; number < SHORT_HISTORIES; number += 1) {
    const choices = Choices.seeded(seed, number);
    const short = { history, composition, fewestRecords: SHORT_RECORDS };
    const found = breachesOf(await play({ ...short, choices }), history)[0];
    if (found !== undefined && lawOf(found) === lawOf(first)) return smallest(choices.answers, first, short);
  }
  return smallest(original.answers, first, { history, composition });
}

interface Replay {
  readonly history: number;
  readonly composition: Composition;
  readonly fewestRecords?: number;
}

async function smallest(answers: readonly number[], breach: string, replay: Replay): Promise<string> {
  const outcome = async (candidate: readonly number[], trace?: string[]) => {
    const choices = Choices.replayed(candidate);
    const world = await play({ ...replay, choices, ...(trace === undefined ? {} : { trace }) });
    return breachesOf(world, replay.history).find((found) => lawOf(found) === lawOf(breach));
  };
  const least = await shrink(answers, async (candidate) => (await outcome(candidate)) !== undefined);
  const trace: string[] = [];
  const found = await outcome(least, trace);
  return `${trace.join('; ')}: ${found}`;
}

/** The sentence without its numbers and names. */
function lawOf(breach: string): string {
  return breach.replaceAll(/[a-z]+\/\S+|\d+/g, '#');
}
