/**
 * The watermark: no event that arrives in time can still belong before it (tables.md §3).
 *
 * min(newest staged arrival over all shards, oldest arrival that still waits) - allowed lateness, and never lower
 * than before. What waits is landed but not staged, or still in a shard; discarded batches do not hold it.
 *
 * @returns epoch milliseconds, or null while nothing was ever staged
 */
export function nextWatermarkMs(state: {
  readonly previousMs: number | null;
  readonly newestStagedArrivalMs: number | null;
  readonly oldestWaitingArrivalMs: number | null;
  readonly allowedLatenessMs: number;
}): number | null {
  const { previousMs, newestStagedArrivalMs, oldestWaitingArrivalMs } = state;
  if (newestStagedArrivalMs === null) return previousMs;
  const reached = Math.min(newestStagedArrivalMs, oldestWaitingArrivalMs ?? Number.POSITIVE_INFINITY);
  return Math.max(previousMs ?? Number.NEGATIVE_INFINITY, reached - state.allowedLatenessMs);
}
