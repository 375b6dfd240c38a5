import type { StreamRecord } from '../../lambdas/ports/stream.ts';

/** A record fails again and again. Everything before it was consumed, it and the rest wait. */
export class BatchFailedError extends Error {
  override readonly name = 'BatchFailedError';
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly attempts: number;

  constructor(record: StreamRecord, failure: RepeatedFailure) {
    const { attempts, message, cause } = failure;
    super(
      `The consumer failed ${attempts} times at record ${record.sequenceNumber} of ${record.shardId}: ${message}. ` +
        'All records before it are consumed; it and those after it wait. Remove the cause and run again, or let ' +
        '`run --discard-after` put it beside',
      { cause },
    );
    this.shardId = record.shardId;
    this.sequenceNumber = record.sequenceNumber;
    this.attempts = attempts;
  }
}

/** The same record with the same message, so often in a row. */
export interface RepeatedFailure {
  readonly message: string;
  readonly attempts: number;
  readonly cause: unknown;
}

/** Counts how often the same record failed with the same message: another message may be another step forward. */
export class RepeatedFailures {
  readonly #bySequence = new Map<string, RepeatedFailure>();

  /** Notes a failure and gives it with its count. */
  note(record: StreamRecord, cause: unknown): RepeatedFailure {
    const message = cause instanceof Error ? cause.message : String(cause);
    const previous = this.#bySequence.get(record.sequenceNumber);
    const attempts = previous?.message === message ? previous.attempts + 1 : 1;
    const failure = { message, attempts, cause };
    this.#bySequence.set(record.sequenceNumber, failure);
    return failure;
  }

  /** Forgets the records, which are done. */
  forget(records: readonly StreamRecord[]): void {
    if (this.#bySequence.size === 0) return;
    for (const { sequenceNumber } of records) this.#bySequence.delete(sequenceNumber);
  }
}
