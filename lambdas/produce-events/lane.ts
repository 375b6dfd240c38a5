import { fullJitterMs } from '../domain/full-jitter.ts';
import type { RandomSource } from '../ports/random-source.ts';
import type { Timers } from '../ports/timers.ts';

export interface Backoff {
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly baseMs: number;
  readonly capMs: number;
}

/** Part of a stream that is paced by itself: what one of them is refused does not slow the others down. */
export class Lane {
  readonly #backoff: Backoff;
  readonly #onOpen: () => void;
  #fruitlessCalls = 0;
  #refusals = 0;
  #cancel: (() => void) | null = null;

  /** `onOpen` is called when a wait is over. */
  constructor(backoff: Backoff, onOpen: () => void) {
    this.#backoff = backoff;
    this.#onOpen = onOpen;
  }

  /** Nothing is to be sent for now. */
  get isWaiting(): boolean {
    return this.#cancel !== null;
  }

  /** What a call came to for this lane; returns how many in a row brought nothing. Waits when some were refused. */
  settle(call: { readonly accepted: number; readonly refused: number }): number {
    this.#fruitlessCalls = call.accepted > 0 || call.refused === 0 ? 0 : this.#fruitlessCalls + 1;
    this.#refusals = call.refused === 0 ? 0 : Math.max(1, this.#fruitlessCalls);
    if (call.refused > 0) this.#wait();
    return this.#fruitlessCalls;
  }

  /** Ends a wait without a word to anyone. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #wait(): void {
    this.close();
    this.#cancel = this.#backoff.timers.after(
      fullJitterMs(this.#refusals, this.#backoff, this.#backoff.random.next()),
      () => {
        this.#cancel = null;
        this.#onOpen();
      },
    );
  }
}
