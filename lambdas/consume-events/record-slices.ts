import type { StreamRecord } from '../ports/stream.ts';
import type { TimeBudget } from '../ports/time-budget.ts';

/** Forty calls of a claim store: the tail of a slice, where fewer of them run at once, costs little. */
const RECORDS_PER_SLICE = 1_000;
const LINE_FEED = 0x0a;
/** Its coordinates, its reason if it is refused, and the objects that stand for it until it is written. */
const BYTES_BESIDE_EVENT = 300;

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

/**
 * How many of the first records weigh no more than `maxBytes` together; at least one, which can only be tried. A record
 * weighs its bytes and, for each event in it but the first, what an event takes besides: a payload of 6 MB can hold a
 * million and a half empty ones.
 */
export function countWithin(maxBytes: number, records: readonly StreamRecord[]): number {
  let bytes = 0;
  for (const [place, { data }] of records.entries()) {
    bytes += data.length + BYTES_BESIDE_EVENT * lineFeeds(data);
    if (bytes > maxBytes) return Math.max(1, place);
  }
  return records.length;
}

function lineFeeds(data: Uint8Array): number {
  let count = 0;
  for (let at = data.indexOf(LINE_FEED); at >= 0; at = data.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
