import type { EventStream, OutgoingRecord } from '../lambdas/ports/stream.ts';
import {
  MAX_BYTES_PER_CALL,
  MAX_RECORDS_PER_CALL,
  type Refusal,
  refusalOf,
  sizeOf,
} from '../lambdas/ports/stream-limits.ts';
import { type Backoff, delayAfterMs, waitOnTimer } from './backoff.ts';

export interface ProduceOptions {
  readonly stream: EventStream;
  readonly records: AsyncIterable<OutgoingRecord> | Iterable<OutgoingRecord>;
  /**
   * Whether a call carries at most one record of a partition key. A stream may refuse a record and accept a later one
   * of its key in the same call; only this rules that out, at the price of smaller calls. Default false: the
   * laptop's stream refuses only what it would refuse again.
   */
  readonly isStrictlyOrdered?: boolean;
  /** After so many calls in a row in which nothing was accepted the producer gives up. Default 10. */
  readonly maxAttempts?: number;
  readonly backoff?: Backoff;
  /** A record that would be refused again: it is counted and left out. `index`: of the input, from 0. */
  readonly onRejected?: (index: number, refusal: Refusal) => void;
  readonly onProgress?: (counts: ProduceCounts) => void;
  /** No further record is taken; what was taken is sent once more, without waiting. */
  readonly signal?: AbortSignal;
}

export interface ProduceCounts {
  /** Records that the stream acknowledged. Only they are safe. */
  readonly accepted: number;
  /** Records that break a limit of the stream. */
  readonly rejected: number;
  /** Records that were taken from the input and not acknowledged: only after an abort. */
  readonly unsent: number;
  readonly acceptedBytes: number;
  readonly calls: number;
  /** Records that were sent again after the stream had refused them. */
  readonly resent: number;
}

/** The stream went on refusing for a passing reason, such as throttling. What `counts` calls accepted is safe. */
export class StreamUnavailableError extends Error {
  override readonly name = 'StreamUnavailableError';
  readonly counts: ProduceCounts;

  constructor(refusal: Refusal, attempts: number, counts: ProduceCounts) {
    super(
      `The stream accepted nothing in ${attempts} calls: ${refusal.errorCode}, ${refusal.message}. ` +
        `${counts.accepted} records are accepted, ${counts.unsent} taken ones are not; send those again later`,
    );
    this.counts = counts;
  }
}

/** Refusals that pass by themselves; any other is the record's own fault. */
const PASSING = new Set(['ProvisionedThroughputExceededException', 'InternalFailure', 'ServiceUnavailable']);
const DEFAULT_BACKOFF: Backoff = { baseMs: 50, capMs: 5_000, wait: waitOnTimer, random: Math.random };

/**
 * Puts records on a stream in calls of at most 500 records and 10 MiB. What a call refuses for a passing reason is
 * sent again, after a wait with full jitter, before anything later is sent: so the order of a partition key holds from
 * call to call. One call is in memory, however long the input is.
 *
 * Throws StreamUnavailableError, and what the input or the stream throws; counts so far were given to onProgress.
 */
export async function produce(options: ProduceOptions): Promise<ProduceCounts> {
  const producer = new Producer(options);
  for await (const record of options.records) {
    await producer.add(record);
    if (options.signal?.aborted === true) break;
  }
  await producer.flush();
  return producer.counts();
}

interface Taken {
  readonly index: number;
  readonly record: OutgoingRecord;
}

class Producer {
  readonly #options: ProduceOptions;
  readonly #backoff: Backoff;
  readonly #keys = new Set<string>();
  #pending: readonly Taken[] = [];
  #call: Taken[] = [];
  #callBytes = 0;
  #taken = 0;
  #accepted = 0;
  #acceptedBytes = 0;
  #rejected = 0;
  #calls = 0;
  #resent = 0;

  constructor(options: ProduceOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? DEFAULT_BACKOFF;
  }

  counts(): ProduceCounts {
    return {
      accepted: this.#accepted,
      rejected: this.#rejected,
      unsent: this.#taken - this.#accepted - this.#rejected,
      acceptedBytes: this.#acceptedBytes,
      calls: this.#calls,
      resent: this.#resent,
    };
  }

  async add(record: OutgoingRecord): Promise<void> {
    const taken = { index: this.#taken, record };
    this.#taken += 1;
    const refusal = refusalOf(record);
    if (refusal !== null) {
      this.#reject(taken, refusal);
      return;
    }
    const bytes = sizeOf(record);
    if (!this.#fits(record, bytes)) await this.flush();
    this.#call.push(taken);
    this.#callBytes += bytes;
    if (this.#options.isStrictlyOrdered === true) this.#keys.add(record.partitionKey);
  }

  #fits(record: OutgoingRecord, bytes: number): boolean {
    return (
      this.#call.length < MAX_RECORDS_PER_CALL &&
      this.#callBytes + bytes <= MAX_BYTES_PER_CALL &&
      !this.#keys.has(record.partitionKey)
    );
  }

  /** Sends what was collected, until nothing of it is left or the producer is aborted. */
  async flush(): Promise<void> {
    // Left over by an abort: what comes later must not overtake it.
    if (this.#pending.length > 0) return;
    this.#pending = this.#call;
    this.#call = [];
    this.#callBytes = 0;
    this.#keys.clear();
    for (let attempt = 1; this.#pending.length > 0; attempt += 1) {
      const before = this.#pending.length;
      const refusal = await this.#send();
      this.#options.onProgress?.(this.counts());
      if (refusal === null || this.#isAborted()) return;
      if (this.#pending.length < before) attempt = 0;
      if (attempt >= (this.#options.maxAttempts ?? 10)) {
        throw new StreamUnavailableError(refusal, attempt, this.counts());
      }
      await this.#backoff.wait(delayAfterMs(attempt, this.#backoff), this.#options.signal);
      this.#resent += this.#pending.length;
    }
  }

  /** One call. What it refused for a passing reason stays pending, in order; returns the last such refusal. */
  async #send(): Promise<Refusal | null> {
    const sent = this.#pending;
    const results = await this.#options.stream.put(sent.map((taken) => taken.record));
    this.#calls += 1;
    let passing: Refusal | null = null;
    this.#pending = sent.filter((taken, index) => {
      const result = results[index] ?? MISSING_ANSWER;
      if (result.kind === 'accepted') {
        this.#accepted += 1;
        this.#acceptedBytes += taken.record.data.length;
        return false;
      }
      if (!PASSING.has(result.errorCode)) {
        this.#reject(taken, result);
        return false;
      }
      passing = result;
      return true;
    });
    return passing;
  }

  #reject(taken: Taken, refusal: Refusal): void {
    this.#rejected += 1;
    this.#options.onRejected?.(taken.index, refusal);
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }
}

/** A record without an answer may have been lost: it goes again (its event_id makes that safe). */
const MISSING_ANSWER: Refusal = {
  kind: 'refused',
  errorCode: 'InternalFailure',
  message: 'the stream gave no answer for the record',
};
