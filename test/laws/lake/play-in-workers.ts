import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  addStatistics,
  type LakeFailure,
  type LakeRange,
  type LakeResult,
  NO_HISTORIES,
} from './run-lake-histories.ts';

/** One history in so many is also built from nothing; the forced run of each one compares with a full build anyway. */
const REBUILD_EVERY = 4;

/**
 * Plays so many histories of a seed, on all cores.
 *
 * @param onHistory called after each, with how many are done and what broke a law in this one
 */
export async function playInWorkers(
  {
    seed,
    histories,
    from = 0,
  }: { readonly seed: number; readonly histories: number; readonly from?: number },
  onHistory: (done: number, failure: LakeFailure | null) => void = () => undefined,
): Promise<LakeResult> {
  const step = availableParallelism();
  let done = 0;
  const results = await Promise.all(
    Array.from({ length: step }, (_, place) => {
      const range = { seed, from: from + place, to: from + histories, step, rebuildEvery: REBUILD_EVERY };
      return inWorker(range, (failure) => {
        done += 1;
        onHistory(done, failure);
      });
    }),
  );
  const failures: LakeFailure[] = results.flatMap((result) => result.failures);
  return {
    statistics: results.map(({ statistics }) => statistics).reduce(addStatistics, NO_HISTORIES),
    failures: failures.sort((left, right) => left.history - right.history),
  };
}

function inWorker(range: LakeRange, onHistory: (failure: LakeFailure | null) => void): Promise<LakeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('lake-worker.ts', import.meta.url), { workerData: range });
    worker.on(
      'message',
      (message: { readonly failure: LakeFailure | null } | { readonly result: LakeResult }) => {
        if ('result' in message) resolve(message.result);
        else onHistory(message.failure);
      },
    );
    worker.once('error', reject);
  });
}
