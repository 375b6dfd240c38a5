import { MAX_BYTES_PER_CALL, MAX_RECORDS_PER_CALL } from '../ports/stream-limits.ts';
import { type Backoff, Lane } from './lane.ts';
import type { Outbox, Parcel } from './outbox.ts';
import { WakeUp } from './wake-up.ts';

/** A stream on a disk then waits for it once in so many calls. */
const CALLS_AT_ONCE = 8;
const MAX_PARCELS = CALLS_AT_ONCE * MAX_RECORDS_PER_CALL;

/**
 * For a stream that keeps the order of calls: parcels go as they came, in a few full calls at once, and what was refused
 * goes before all that comes later.
 */
export class CallOutbox implements Outbox {
  readonly #lane: Lane;
  readonly #wakeUp = new WakeUp();
  #parcels: Parcel[] = [];
  #bytes = 0;
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
        call = [];
        calls.push(call);
        bytes = parcel.bytes;
      }
      call.push(parcel);
    }
    return calls;
  }

  settle(refused: ReadonlySet<Parcel>): number {
    const taken = this.#parcels.length;
    this.#parcels = this.#parcels.filter((parcel) => refused.has(parcel));
    this.#bytes = this.#parcels.reduce((sum, parcel) => sum + parcel.bytes, 0);
    const left = this.#parcels.length;
    if (!this.#isHurried) return this.#lane.settle({ accepted: taken - left, refused: left });
    this.#isGivenUp = left > 0;
    return 0;
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
