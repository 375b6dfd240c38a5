import type { Timers } from '../ports/timers.ts';

/** The work did not end before the function's own time limit. What it had written by then is safe to write again. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';

  constructor(budgetMs: number) {
    super(`Not done within ${budgetMs} ms; the caller retries, a stream with half the batch`);
  }
}

/**
 * Gives up `marginMs` before Lambda would kill the function: a thrown error is logged, counted and bisected like any
 * other, a killed function is silent. Throws OutOfTimeError, and what `work` throws.
 */
export async function beforeTimeout<Value>(
  limits: { readonly remainingMs: number; readonly marginMs: number; readonly timers: Timers },
  work: () => Promise<Value>,
): Promise<Value> {
  const budgetMs = Math.max(0, limits.remainingMs - limits.marginMs);
  const { promise: outOfTime, reject } = Promise.withResolvers<never>();
  const cancel = limits.timers.after(budgetMs, () => reject(new OutOfTimeError(budgetMs)));
  try {
    return await Promise.race([work(), outOfTime]);
  } finally {
    cancel();
  }
}
