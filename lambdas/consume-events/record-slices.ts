import type { StreamRecord } from '../ports/stream.ts';
import type { TimeBudget } from '../ports/time-budget.ts';

/** Forty calls of a claim store: the tail of a slice, where fewer of them run at once, costs little. */
const RECORDS_PER_SLICE = 1_000;

/**
 * The records in order, a slice at a time: whole records, so that an aggregated one is never cut. It stops before the
 * slice that would begin with too little time left. Without a budget they are one slice.
 */
export function* slicesInTime(
  records: readonly StreamRecord[],
  budget: TimeBudget | undefined,
): Generator<readonly StreamRecord[]> {
  const length = budget === undefined ? records.length : RECORDS_PER_SLICE;
  for (let from = 0; from < records.length; from += length) {
    if (budget !== undefined && budget.remainingMs() <= budget.marginMs) return;
    yield records.slice(from, from + length);
  }
}

/** How many of the first records hold no more than `maxBytes` together; at least one, which can only be tried. */
export function countWithin(maxBytes: number, records: readonly StreamRecord[]): number {
  let bytes = 0;
  for (const [place, { data }] of records.entries()) {
    bytes += data.length;
    if (bytes > maxBytes) return Math.max(1, place);
  }
  return records.length;
}
