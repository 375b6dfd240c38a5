import { type RandomSource, systemRandom } from '../ports/random-source.ts';
import { systemTimers, type Timers } from '../ports/timers.ts';

/** What an adapter waits with between two attempts. */
export interface Backoff {
  readonly timers: Timers;
  readonly random: RandomSource;
}

export const systemBackoff: Backoff = { timers: systemTimers, random: systemRandom };

export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}

/**
 * Waits a random time in [0, min(capMs, baseMs * 2^attempt)): "full jitter", which spreads many clients that were
 * refused at the same moment. `attempt` counts from 0.
 */
export async function pauseWithJitter(
  backoff: Backoff,
  attempt: number,
  limits: { readonly baseMs: number; readonly capMs: number },
): Promise<void> {
  const ceilingMs = Math.min(limits.capMs, limits.baseMs * 2 ** attempt);
  await pause(backoff.timers, Math.floor(backoff.random.next() * ceilingMs));
}
