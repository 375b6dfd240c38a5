import type { Timers } from '../../../lambdas/ports/timers.ts';

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

/** Time that passes only when nobody has anything to do: the next alarm is then due at once. */
export class VirtualTimers implements Timers {
  nowMs = 0;
  readonly delaysMs: number[] = [];
  readonly #alarms = new Set<Alarm>();

  after(delayMs: number, action: () => void): () => void {
    const alarm = { atMs: this.nowMs + delayMs, action };
    this.delaysMs.push(delayMs);
    this.#alarms.add(alarm);
    setImmediate(() => this.#ringNext());
    return () => this.#alarms.delete(alarm);
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** How many alarms are set. */
  get size(): number {
    return this.#alarms.size;
  }

  #ringNext(): void {
    const [next] = [...this.#alarms].sort((left, right) => left.atMs - right.atMs);
    if (next === undefined) return;
    this.#alarms.delete(next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.action();
  }
}
