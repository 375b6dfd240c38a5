import type { Backoff } from '../../../lambdas/aws/backoff.ts';
import type { Timers } from '../../../lambdas/ports/timers.ts';

/** Fires at once and writes down how long it was asked to wait. */
export class InstantTimers implements Timers {
  readonly delaysMs: number[] = [];

  after(delayMs: number, action: () => void): () => void {
    this.delaysMs.push(delayMs);
    queueMicrotask(action);
    return () => {};
  }
}

/** Dice that always show the same. */
export function instantBackoff(timers = new InstantTimers(), dice = 0.5): Backoff {
  return { timers, random: { next: () => dice } };
}
