import type { StreamRecord } from '../../lambdas/ports/stream.ts';

/**
 * How far a shard is done: the highest record before which, and with which, every record is done, although records
 * may be done out of turn (rule 5).
 */
export class ContiguousPosition {
  /** Taken in and not yet passed, in order, from #passed on. */
  #taken: StreamRecord[] = [];
  #passed = 0;
  /** Done ahead of a record that is not. */
  readonly #doneAhead = new Set<string>();
  #sequence: string | null;

  /** `start`: where the shard was left; null: nothing of it is done. */
  constructor(start: string | null) {
    this.#sequence = start;
  }

  /** Null while nothing is done. */
  get sequence(): string | null {
    return this.#sequence;
  }

  take(records: readonly StreamRecord[]): void {
    for (const record of records) this.#taken.push(record);
  }

  /** Records that were taken, each done once. */
  finish(records: readonly StreamRecord[]): void {
    for (const { sequenceNumber } of records) this.#doneAhead.add(sequenceNumber);
    for (let next = this.#taken[this.#passed]; next !== undefined; next = this.#taken[this.#passed]) {
      if (!this.#doneAhead.delete(next.sequenceNumber)) break;
      this.#sequence = next.sequenceNumber;
      this.#passed += 1;
    }
    if (this.#passed * 2 > this.#taken.length) {
      this.#taken = this.#taken.slice(this.#passed);
      this.#passed = 0;
    }
  }
}
