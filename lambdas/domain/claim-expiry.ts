import { MS_PER_DAY } from './time.ts';

/** How late a copy of an event may come back, from the settings of the place that it comes back to. */
export interface WaysBack {
  /** So long the stream gives a record again. */
  readonly streamRetentionMs: number;
  /** So long after it was given up a discarded batch may be redriven. */
  readonly redriveHorizonMs: number;
}

/** Clocks differ, and a way back begins before it ends. */
const MARGIN_MS = MS_PER_DAY;

/** The shortest time that claims may hold: a copy that came back later would be taken for a new event. */
export function leastClaimTtlMs({ streamRetentionMs, redriveHorizonMs }: WaysBack): number {
  return streamRetentionMs + redriveHorizonMs + MARGIN_MS;
}

/** The time that claims hold: the wanted one, or with null the shortest. Throws RangeError when the wanted is shorter. */
export function claimTtlMs(wantedMs: number | null, ways: WaysBack): number {
  const leastMs = leastClaimTtlMs(ways);
  if (wantedMs === null) return leastMs;
  if (wantedMs >= leastMs) return wantedMs;
  const [wanted, least] = [wantedMs, leastMs].map((ms) => `${ms / MS_PER_DAY} days`);
  throw new RangeError(
    `claims that hold ${wanted} would expire before a copy is back from the stream or a redrive: at least ${least}`,
  );
}
