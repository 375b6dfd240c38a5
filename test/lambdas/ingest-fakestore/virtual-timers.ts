import type { Timers } from '../../../lambdas/ports/timers.ts';

/**
 * Timers that take no time. Pauses pass at once and move the clock; time limits pass when the test says so, the soonest
 * first, so that no test depends on how fast the machine is.
 */
export class VirtualTimers implements Timers {
  readonly pausesMs: number[] = [];
  nowMs: number;
  readonly #limitsMs: readonly number[];
  readonly #pending = new Set<{ readonly dueMs: number; readonly action: () => void }>();

  constructor(nowMs: number, limitsMs: readonly number[]) {
    this.nowMs = nowMs;
    this.#limitsMs = limitsMs;
  }

  after(delayMs: number, action: () => void): () => void {
    if (this.#limitsMs.includes(delayMs)) {
      const limit = { dueMs: this.nowMs + delayMs, action };
      this.#pending.add(limit);
      return () => this.#pending.delete(limit);
    }
    this.pausesMs.push(delayMs);
    this.nowMs += delayMs;
    const immediate = setImmediate(action);
    return () => clearImmediate(immediate);
  }

  /** Lets the soonest limit pass. */
  passLimit(): void {
    const [soonest] = [...this.#pending].sort((left, right) => left.dueMs - right.dueMs);
    if (soonest === undefined) return;
    this.#pending.delete(soonest);
    this.nowMs = Math.max(this.nowMs, soonest.dueMs);
    soonest.action();
  }
}

/** Lets limits pass, one a turn of the event loop, whenever the test allows it, until the work is done. */
export async function passLimitsWhile<Result>(
  work: Promise<Result>,
  timers: VirtualTimers,
  mayPass: () => boolean,
): Promise<Result> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined);
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!isDone && mayPass()) timers.passLimit();
  }
  return done;
}
