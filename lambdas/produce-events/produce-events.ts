import { systemRandom } from '../ports/random-source.ts';
import type { EventStream, OutgoingRecord } from '../ports/stream.ts';
import { type Refusal, refusalOf } from '../ports/stream-limits.ts';
import { systemTimers } from '../ports/timers.ts';
import { type AggregateSettings, Aggregator, parcelOf } from './aggregator.ts';
import { CallOutbox } from './call-outbox.ts';
import { IDLE, withIdleMarks } from './idle-marks.ts';
import { KeyOutbox } from './key-outbox.ts';
import type { Backoff } from './lane.ts';
import type { Outbox, Parcel } from './outbox.ts';

export interface ProduceOptions {
  readonly stream: EventStream;
  /** The input, in the groups in which it comes; one group is taken at a time. */
  readonly groups: AsyncIterable<readonly OutgoingRecord[]> | Iterable<readonly OutgoingRecord[]>;
  /** Events are packed into records; absent: each is a record of its own. */
  readonly aggregate?: AggregateSettings;
  /** When so many calls in a row brought a lane nothing the producer gives up. Default 10. */
  readonly maxAttempts?: number;
  readonly backoff?: Backoff;
  /** When the input is silent for so long, all that was taken is sent. Default 20. */
  readonly lingerMs?: number;
  /** A record that would be refused again: it is counted and left out. */
  readonly onRejected?: (record: OutgoingRecord, refusal: Refusal) => void;
  /** A record that was taken and is not acknowledged in the end: after an abort or an error. */
  readonly onUnsent?: (record: OutgoingRecord) => void;
  readonly onProgress?: (counts: ProduceCounts) => void;
  /** Nothing further is taken; what was taken is sent once more, without waiting. */
  readonly signal?: AbortSignal;
}

/** Records of the input, which aggregation makes events of a record, unless it says otherwise. */
export interface ProduceCounts {
  /** The stream acknowledged them. Only they are safe. */
  readonly accepted: number;
  /** They break a limit of the stream, or it refused them for good. */
  readonly rejected: number;
  /** Taken from the input and not acknowledged: in the end only after an abort. */
  readonly unsent: number;
  /** Records of the stream that it acknowledged. */
  readonly acceptedRecords: number;
  readonly acceptedBytes: number;
  readonly calls: number;
  /** Records of the stream that were sent again after it had refused them. */
  readonly resentRecords: number;
}

/** The stream went on refusing for a passing reason, such as throttling. What `counts` calls accepted is safe. */
export class StreamUnavailableError extends Error {
  override readonly name = 'StreamUnavailableError';
  readonly counts: ProduceCounts;
  readonly refusal: Refusal;

  constructor(refusal: Refusal, attempts: number, counts: ProduceCounts) {
    super(
      `The stream refused the same records in ${attempts} calls in a row: ${refusal.errorCode}, ${refusal.message}. ` +
        `${counts.accepted} are accepted, ${counts.unsent} taken ones are not; send those again later`,
    );
    this.counts = counts;
    this.refusal = refusal;
  }
}

/** Refusals that pass by themselves; any other is the record's own fault. */
const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
  'InternalFailure',
  'ServiceUnavailable',
]);
const DEFAULT_BACKOFF: Backoff = { baseMs: 50, capMs: 5_000, timers: systemTimers, random: systemRandom };
const DEFAULT_ATTEMPTS = 10;
const DEFAULT_LINGER_MS = 20;

/**
 * Puts events on a stream in calls of at most 500 records and 10 MiB. Acknowledged records of a partition key stand in
 * the order of the input; a record may stand there twice, when the answer to a call was lost, and its event_id makes
 * that harmless. What a call refuses for a passing reason, and nothing else, is sent again, after a wait with full
 * jitter. Memory is bounded: a group of the input and 10,000 records or 32 MiB, however long the input is.
 *
 * Throws StreamUnavailableError, and what the input or the stream throws; counts so far were given to onProgress.
 */
export async function produceEvents(options: ProduceOptions): Promise<ProduceCounts> {
  const producer = new Producer(options);
  const { timers } = options.backoff ?? DEFAULT_BACKOFF;
  try {
    for await (const group of withIdleMarks(options.groups, timers, options.lingerMs ?? DEFAULT_LINGER_MS)) {
      if (group === IDLE) await producer.flush();
      else await producer.addAll(group);
      if (options.signal?.aborted === true) break;
    }
    await producer.flush();
    return producer.counts();
  } finally {
    producer.close();
  }
}

class Producer {
  readonly #options: ProduceOptions;
  readonly #outbox: Outbox;
  readonly #aggregator: Aggregator | null;
  #taken = 0;
  #accepted = 0;
  #acceptedRecords = 0;
  #acceptedBytes = 0;
  #rejected = 0;
  #calls = 0;
  #resentRecords = 0;

  constructor(options: ProduceOptions) {
    const backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.#options = options;
    this.#outbox = options.stream.keepsCallOrder === true ? new CallOutbox(backoff) : new KeyOutbox(backoff);
    this.#aggregator = options.aggregate === undefined ? null : new Aggregator(options.aggregate);
  }

  counts(): ProduceCounts {
    return {
      accepted: this.#accepted,
      rejected: this.#rejected,
      unsent: this.#taken - this.#accepted - this.#rejected,
      acceptedRecords: this.#acceptedRecords,
      acceptedBytes: this.#acceptedBytes,
      calls: this.#calls,
      resentRecords: this.#resentRecords,
    };
  }

  /** Takes a group whole, also when a call fails half way: then the rest of it counts as unsent. */
  async addAll(group: readonly OutgoingRecord[]): Promise<void> {
    this.#taken += group.length;
    let added = 0;
    try {
      for (const record of group) {
        added += 1;
        this.#add(record);
        if (this.#outbox.hasFullCall || this.#outbox.isFull) await this.#makeRoom();
      }
    } catch (error) {
      for (const record of group.slice(added)) this.#add(record);
      throw error;
    }
  }

  /** Sends all that was taken, until nothing of it is left; after an abort once, without waiting. */
  async flush(): Promise<void> {
    this.#close(this.#aggregator?.flush() ?? []);
    while (this.#outbox.size > 0) {
      if (!(await this.#sendWhenReady())) return;
    }
  }

  /** Ends all waits, and names what is left. */
  close(): void {
    this.#outbox.close();
    this.#close(this.#aggregator?.flush() ?? []);
    for (const { record } of this.#outbox.rest()) this.#options.onUnsent?.(record);
  }

  #add(record: OutgoingRecord): void {
    if (this.#aggregator === null) this.#close([parcelOf(record, 1)]);
    else this.#close(this.#aggregator.add(record));
  }

  #close(parcels: readonly Parcel[]): void {
    for (const parcel of parcels) {
      const refusal = refusalOf(parcel.record);
      if (refusal === null) this.#outbox.add(parcel);
      else this.#reject(parcel, refusal);
    }
  }

  async #makeRoom(): Promise<void> {
    while (this.#outbox.hasFullCall || this.#outbox.isFull) {
      if (!(await this.#sendWhenReady())) return;
    }
  }

  /** The next calls, after a wait if need be; false: the producer was aborted, and nothing can be sent any more. */
  async #sendWhenReady(): Promise<boolean> {
    const { signal } = this.#options;
    if (!this.#outbox.isReady) await this.#outbox.whenReady(signal);
    if (signal?.aborted === true) this.#outbox.hurry();
    if (!this.#outbox.isReady) return signal?.aborted !== true;
    await this.#send();
    return true;
  }

  async #send(): Promise<void> {
    const calls = this.#outbox.take();
    const answers = await Promise.all(
      calls.map((call) => this.#options.stream.put(call.map((parcel) => parcel.record))),
    );
    this.#calls += calls.length;
    const refused = new Map<Parcel, Refusal>();
    calls.forEach((call, index) => {
      call.forEach((parcel, place) => {
        const result = answers[index]?.[place] ?? MISSING_ANSWER;
        if (result.kind === 'accepted') this.#accept(parcel);
        else if (PASSING.has(result.errorCode)) refused.set(parcel, result);
        else this.#reject(parcel, result);
      });
    });
    const fruitless = this.#outbox.settle(new Set(refused.keys()));
    this.#options.onProgress?.(this.counts());
    const [refusal] = refused.values();
    if (refusal === undefined) return;
    if (fruitless >= (this.#options.maxAttempts ?? DEFAULT_ATTEMPTS)) {
      throw new StreamUnavailableError(refusal, fruitless, this.counts());
    }
    if (this.#options.signal?.aborted !== true) this.#resentRecords += refused.size;
  }

  #accept(parcel: Parcel): void {
    this.#accepted += parcel.events;
    this.#acceptedRecords += 1;
    this.#acceptedBytes += parcel.record.data.length;
  }

  #reject(parcel: Parcel, refusal: Refusal): void {
    this.#rejected += parcel.events;
    this.#options.onRejected?.(parcel.record, refusal);
  }
}

/** A record without an answer may have been lost: it goes again (its event_id makes that safe). */
const MISSING_ANSWER: Refusal = {
  kind: 'refused',
  errorCode: 'InternalFailure',
  message: 'the stream gave no answer for the record',
};
