import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HistoryRange, RangeResult } from '../laws/run-histories.ts';
import { counterexample } from '../laws/world/counterexample.ts';
import { addStatistics, noStatistics } from '../laws/world/statistics.ts';
import type { SoakSettings } from './soak-settings.ts';

/** More than there are: none is kept to be staged by SQL, which the laws' own test does. */
const SAMPLE_NONE = Number.MAX_SAFE_INTEGER;

/**
 * Plays so many crash histories of a seed, on all cores. Throws at the first that breaks a law, with its smallest
 * counterexample. Returns what to print.
 */
export async function soakLaws({ events: histories, seed }: SoakSettings): Promise<readonly string[]> {
  const step = availableParallelism();
  const startedMs = performance.now();
  const results = await Promise.all(
    Array.from({ length: step }, (_, from) =>
      inWorker({ seed, from, to: histories, step, sampleEvery: SAMPLE_NONE }),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  for (const { failure } of results) {
    if (failure === null) continue;
    const breaches = failure.breaches.join('; ');
    const smallest = await counterexample(seed, failure.history);
    throw new Error(`history ${failure.history} of seed ${seed} breaks: ${breaches}\n${smallest}`);
  }
  const statistics = results.map((result) => result.statistics).reduce(addStatistics, noStatistics());
  const rate = Math.round(statistics.histories / seconds);
  return [
    `laws: ${statistics.histories.toLocaleString('en')} histories, seed ${seed}: no law is broken`,
    `  in ${seconds.toFixed(1)} s, ${rate.toLocaleString('en')} histories/s`,
    `  ${JSON.stringify(statistics)}`,
  ];
}

function inWorker(range: HistoryRange): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../laws/history-worker.ts', import.meta.url), { workerData: range });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
