/** Waits; ends early, without an error, when the signal is aborted. */
export type Wait = (delayMs: number, signal?: AbortSignal) => Promise<void>;

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  readonly wait: Wait;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}

/** A delay before attempt n + 1 (n from 1): anything up to base * 2^(n-1), at most the cap ("full jitter"). */
export function delayAfterMs(attempt: number, backoff: Omit<Backoff, 'wait'>): number {
  const ceilingMs = Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 1));
  return Math.floor(backoff.random() * ceilingMs);
}

/** The wait of a real program; tests pass their own. */
export const waitOnTimer: Wait = (delayMs, signal) =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end, { once: true });
  });
