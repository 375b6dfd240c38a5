import { fullJitterMs } from '../domain/full-jitter.ts';
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

/** Waits as fullJitterMs says; `attempt` counts from 0. */
export async function pauseWithJitter(
  backoff: Backoff,
  attempt: number,
  limits: { readonly baseMs: number; readonly capMs: number },
): Promise<void> {
  await pause(backoff.timers, fullJitterMs(attempt + 1, limits, backoff.random.next()));
}
