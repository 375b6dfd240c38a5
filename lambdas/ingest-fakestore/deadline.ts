import type { Timers } from '../ports/timers.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Ends what still runs under the signal, and forgets the timer. */
  end(): void;
}

/** A signal that aborts when the time is up, or when it is ended. */
export function deadlineAfter(timers: Timers, delayMs: number): Deadline {
  const controller = new AbortController();
  const cancel = timers.after(delayMs, () => controller.abort());
  return {
    signal: controller.signal,
    end: () => {
      cancel();
      controller.abort();
    },
  };
}

/** Waits; false when the signal aborted first. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = timers.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
