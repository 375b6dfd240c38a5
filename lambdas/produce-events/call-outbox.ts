import { MAX_BYTES_PER_CALL, MAX_RECORDS_PER_CALL } from '../ports/stream-limits.ts';
import { type Backoff, Lane } from './lane.ts';
import type { Outbox, Parcel } from './outbox.ts';
import { WakeUp } from './wake-up.ts';

/** A stream on a disk then waits for it once in so many calls. */
const CALLS_AT_ONCE = 8;
const MAX_PARCELS = CALLS_AT_ONCE * MAX_RECORDS_PER_CALL;

/**
 * For a stream that keeps the order of calls: parcels go as they came, in a few full calls at once, and what was refused
 * goes before all others.
 */
export class CallOutbox implements Outbox {
  readonly #lane: Lane;
  readonly #wakeUp = new WakeUp();
  #parcels: Parcel[] = [];
  #bytes = 0;
  #taken = 0;
  #isHurried = false;
  #isGivenUp = false;

  constructor(backoff: Backoff) {
    this.#lane = new Lane(backoff, () => this.#wakeUp.call());
  }

  get size(): number {
    return this.#parcels.length;
  }

  get isReady(): boolean {
    return this.#parcels.length > 0 && !this.#lane.isWaiting && !this.#isGivenUp;
  }

  get hasFullCall(): boolean {
    return this.isFull && this.isReady;
  }

  get isFull(): boolean {
    return this.#parcels.length >= MAX_PARCELS || this.#bytes >= MAX_BYTES_PER_CALL;
  }

  add(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.#bytes += parcel.bytes;
  }

  take(): readonly (readonly Parcel[])[] {
    const calls: Parcel[][] = [];
    let call: Parcel[] = [];
    let bytes = 0;
    for (const parcel of this.#parcels) {
      bytes += parcel.bytes;
      if (call.length === 0 || call.length === MAX_RECORDS_PER_CALL || bytes > MAX_BYTES_PER_CALL) {
        if (calls.length === CALLS_AT_ONCE) break;
        call = [];
        calls.push(call);
        bytes = parcel.bytes;
      }
      call.push(parcel);
    }
    this.#taken = calls.reduce((sum, each) => sum + each.length, 0);
    return calls;
  }

  settle(refused: ReadonlySet<Parcel>): number {
    const again = this.#parcels.slice(0, this.#taken).filter((parcel) => refused.has(parcel));
    const accepted = this.#taken - again.length;
    this.#parcels = [...again, ...this.#parcels.slice(this.#taken)];
    this.#bytes = this.#parcels.reduce((sum, parcel) => sum + parcel.bytes, 0);
    if (this.#isHurried) {
      this.#isGivenUp = again.length > 0;
      return 0;
    }
    return this.#lane.settle({ accepted, refused: again.length });
  }

  async whenReady(signal?: AbortSignal): Promise<void> {
    if (!this.isReady) await this.#wakeUp.sleep(signal);
  }

  hurry(): void {
    this.#isHurried = true;
    this.#lane.close();
  }

  rest(): readonly Parcel[] {
    return this.#parcels;
  }

  close(): void {
    this.#lane.close();
  }
}
