import { greatest } from './lists.ts';

/**
 * min(newest staged arrival of the stream, oldest arrival that waits in a shard) - allowed lateness; never lower than
 * before.
 */
export function watermarkAfter(run: {
  readonly beforeUs: number | null;
  readonly stagedArrivalsUs: readonly number[];
  readonly oldestWaitingUs: number | null;
  readonly allowedLatenessUs: number;
}): number | null {
  const newestUs = greatest(run.stagedArrivalsUs);
  if (newestUs === null) return run.beforeUs;
  const reachedUs = run.oldestWaitingUs === null ? newestUs : Math.min(newestUs, run.oldestWaitingUs);
  return greatest([run.beforeUs, reachedUs - run.allowedLatenessUs]);
}
