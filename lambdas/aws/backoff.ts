import { setTimeout as delay } from 'node:timers/promises';

/** How an adapter waits between two attempts; injected, so that tests neither sleep nor roll dice. */
export interface Backoff {
  pause(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

export const systemBackoff: Backoff = {
  async pause(ms) {
    await delay(ms);
  },
  random: () => Math.random(),
};

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
  await backoff.pause(Math.floor(backoff.random() * ceilingMs));
}
