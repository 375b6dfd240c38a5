/** Waits; ends early, without an error, when the signal is aborted. */
export type Wait = (delayMs: number, signal?: AbortSignal) => Promise<void>;

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  readonly wait: Wait;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
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
