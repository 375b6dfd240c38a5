/** Times and durations of runs, as their commands show them. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Seconds between start and end; null while it has no end. */
export function durationS(run: { readonly startedAtMs: number; readonly finishedAtMs: number | null }) {
  return run.finishedAtMs === null ? null : (run.finishedAtMs - run.startedAtMs) / 1000;
}
