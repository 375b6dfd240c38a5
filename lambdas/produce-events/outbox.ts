import type { OutgoingRecord } from '../ports/stream.ts';

/** A record on its way: one event, or several of them as NDJSON. */
export interface Parcel {
  readonly record: OutgoingRecord;
  /** How many records of the producer's input it carries. */
  readonly events: number;
  /** What it counts against the limits of a call: data and key. */
  readonly bytes: number;
}

/**
 * What was taken from the input and is not acknowledged. It decides what the next call may carry, so that no record is
 * accepted before an earlier one of its key, and holds back what the stream refused until it may be sent again.
 */
export interface Outbox {
  /** Parcels that are not acknowledged, those of calls under way included. */
  readonly size: number;
  /** Whether a call could be made now, however small. */
  readonly isReady: boolean;
  /** Whether so much could be sent now that waiting for more gains nothing. */
  readonly hasFullCall: boolean;
  /** Whether no more should be added for now: what bounds the memory. */
  readonly isFull: boolean;
  add(parcel: Parcel): void;
  /** The next calls, each within the limits of the stream, to be made at once. They stay here until they are settled. */
  take(): readonly (readonly Parcel[])[];
  /**
   * What the last calls came to: parcels that are to be sent again, after a wait; all others are done with. Returns how
   * many times in a row all that was sent of one lane was refused (0: none).
   */
  settle(refused: ReadonlySet<Parcel>): number;
  /** Resolves once the outbox is ready, or the signal is aborted. */
  whenReady(signal?: AbortSignal): Promise<void>;
  /** Nothing waits any more; what is refused from now on is not given again. */
  hurry(): void;
  /** All that is not acknowledged, in order per key. */
  rest(): readonly Parcel[];
  /** Ends all waits. */
  close(): void;
}
