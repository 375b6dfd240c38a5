import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  addStatistics,
  type LakeFailure,
  type LakeRange,
  type LakeResult,
  NO_HISTORIES,
} from './run-lake-histories.ts';

/** One history in so many is also built from nothing; the forced run of each one compares with a full build anyway. */
const REBUILD_EVERY = 4;
const CHILD = join(import.meta.dirname, 'lake-process.ts');

/**
 * Plays so many histories of a seed, on all cores.
 *
 * @param onHistory called after each, with how many are done and what broke a law in this one
 */
export async function playInProcesses(
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
      return inProcess(range, (failure) => {
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

type Message = { readonly failure: LakeFailure | null } | { readonly result: LakeResult };

/** A process each: two threads of one wait for each other's memory, and take a sixth longer. */
function inProcess(range: LakeRange, onHistory: (failure: LakeFailure | null) => void): Promise<LakeResult> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, { execArgv: [], serialization: 'advanced' });
    child.on('message', (message: Message) => {
      if ('result' in message) resolve(message.result);
      else onHistory(message.failure);
    });
    child.once('error', reject);
    // After a result this is too late to matter.
    child.once('exit', (code, signal) =>
      reject(new Error(`the histories of place ${range.from} ended early, with ${signal ?? code}`)),
    );
    child.send(range);
  });
}
