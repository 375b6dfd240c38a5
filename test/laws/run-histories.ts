import { judge } from './world/counterexample.ts';
import { type Sample, sampleOf } from './world/sample.ts';
import { countHistory, noStatistics, type Statistics } from './world/statistics.ts';

/** Histories `from`, `from + step`, ... below `to` of one seed. */
export interface HistoryRange {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Every so many histories one is sampled, to be staged by SQL too; which one, the seed decides. */
  readonly sampleEvery: number;
}

export interface RangeResult {
  readonly statistics: Statistics;
  readonly samples: readonly Sample[];
  /** The first history that broke a law. */
  readonly failure: { readonly history: number; readonly breaches: readonly string[] } | null;
}

/** Plays and judges the histories of a range; stops at the first that breaks a law. */
export async function runHistories(range: HistoryRange): Promise<RangeResult> {
  const { seed, from, to, step, sampleEvery } = range;
  const statistics = noStatistics();
  const samples: Sample[] = [];
  for (let history = from; history < to; history += step) {
    try {
      const { world, breaches } = await judge(seed, history);
      countHistory(statistics, world);
      if (breaches.length > 0) return { statistics, samples, failure: { history, breaches } };
      if ((history + seed) % sampleEvery === 0) samples.push(sampleOf(world));
    } catch (error) {
      return {
        statistics,
        samples,
        failure: { history, breaches: [`the history cannot be played: ${error}`] },
      };
    }
  }
  return { statistics, samples, failure: null };
}
