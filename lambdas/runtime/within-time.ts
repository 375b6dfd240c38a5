import type { TimeBudget } from '../ports/time-budget.ts';
import { systemTimers as timers } from '../ports/timers.ts';
import { beforeTimeout } from './out-of-time.ts';

/** Enough to write what was decided, to stores that are slow too; a batch of the largest size needs two seconds. */
const LANDING_MARGIN_MS = 30_000;
/** What is left when a store hangs: then the work fails, before Lambda would kill it without a word. */
const KILL_MARGIN_MS = 5_000;

/**
 * Work that stops by itself when its time runs short, and is given up when it does not. `remainingMs` is Lambda's
 * getRemainingTimeInMillis. Throws OutOfTimeError, and what `work` throws.
 */
export function withinTime<Value>(
  remainingMs: () => number,
  work: (budget: TimeBudget) => Promise<Value>,
): Promise<Value> {
  return beforeTimeout({ remainingMs: remainingMs(), marginMs: KILL_MARGIN_MS, timers }, () =>
    work({ remainingMs, marginMs: LANDING_MARGIN_MS }),
  );
}
