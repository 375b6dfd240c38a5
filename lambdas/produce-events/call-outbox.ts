import { MAX_BYTES_PER_CALL, MAX_RECORDS_PER_CALL } from '../ports/stream-limits.ts';
import { type Backoff, Lane } from './lane.ts';
import type { Outbox, Parcel } from './outbox.ts';
import { WakeUp } from './wake-up.ts';

/**
 * For a stream that keeps the order of a call: parcels go as they came, as many at once as a call may hold, and what a
 * call refused goes before all others.
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
    return this.#parcels.length >= MAX_RECORDS_PER_CALL || this.#bytes >= MAX_BYTES_PER_CALL;
  }

  add(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.#bytes += parcel.bytes;
  }

  take(): readonly Parcel[] {
    const most = this.#parcels.slice(0, MAX_RECORDS_PER_CALL);
    let bytes = 0;
    const end = most.findIndex((parcel) => {
      bytes += parcel.bytes;
      return bytes > MAX_BYTES_PER_CALL;
    });
    const call = end < 0 ? most : most.slice(0, end);
    this.#taken = call.length;
    return call;
  }

  settle(isRefused: (place: number) => boolean): number {
    const refused = this.#parcels.slice(0, this.#taken).filter((_, place) => isRefused(place));
    const later = this.#parcels.length === this.#taken ? [] : this.#parcels.slice(this.#taken);
    const accepted = this.#taken - refused.length;
    this.#parcels = refused.length === 0 ? later : [...refused, ...later];
    this.#bytes = this.#parcels.reduce((sum, parcel) => sum + parcel.bytes, 0);
    if (this.#isHurried) {
      this.#isGivenUp = refused.length > 0;
      return 0;
    }
    return this.#lane.settle({ accepted, refused: refused.length });
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
