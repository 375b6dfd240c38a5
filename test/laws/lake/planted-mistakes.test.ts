import { describe, expect, it } from 'vitest';
import { readModels } from '../../../local/model-files.ts';
import { generateHistory } from './generate.ts';
import type { History } from './history.ts';
import { PLANTED_MISTAKES, type PlantedMistake, withMistake } from './planted-mistakes.ts';
import { playHistory } from './play-history.ts';

const SEED = 7;
/** All of them where many histories are played anyway (.ci/run), else every third. */
const PLANTED =
  Number(process.env.MILLPOND_LAKE_HISTORIES ?? 60) >= 200
    ? PLANTED_MISTAKES
    : PLANTED_MISTAKES.filter((_, place) => place % 3 === 0);
/** So many of the histories that hold the mistake's edge are played at most. */
const WITHIN_HISTORIES = 6;

function* historiesWith(edge: string): Generator<History> {
  for (let number = 0; ; number += 1) {
    const history = generateHistory(SEED, number);
    if (history.edges.has(edge)) yield history;
  }
}

/** How many histories it took, and the first table that was wrong. */
async function found(
  mistake: PlantedMistake,
): Promise<{ readonly histories: number; readonly breach: string }> {
  const library = withMistake(readModels(), mistake);
  let histories = 0;
  for (const history of historiesWith(mistake.edge)) {
    histories += 1;
    const { breaches } = await playHistory(history, { library, isRebuilt: false, isQuick: true });
    const breach = breaches.find((text) => text.includes(`: ${mistake.table} differs`));
    if (breach !== undefined) return { histories, breach: `history ${history.number}: ${breach}` };
    if (histories === WITHIN_HISTORIES) break;
  }
  return { histories: Number.POSITIVE_INFINITY, breach: 'nothing was found' };
}

describe('the laws of a lake find the planted mistake', () => {
  it.each(PLANTED.map((mistake) => [mistake.name, mistake] as const))('%s', async (name, mistake) => {
    const { histories, breach } = await found(mistake);
    console.log(`${name}: found within ${histories} histories of its edge, seed ${SEED}. ${breach}`);

    expect(histories).toBeLessThanOrEqual(WITHIN_HISTORIES);
  });
});
