import type { StreamBatch, StreamRecord } from '../lambdas/ports/stream.ts';

/** What a Lambda function answers to a batch of a stream. */
export interface BatchResponse {
  /** Sequence numbers of records that failed. The lowest is the checkpoint: it and all after it come again. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Nothing, null or no failures: the whole batch succeeded. Throwing: the whole batch failed. */
export type ConsumeBatch = (batch: StreamBatch) => Promise<BatchResponse | null | undefined>;

export interface BatchProcessorOptions {
  readonly consume: ConsumeBatch;
  readonly maxIdenticalFailures: number;
  /** Before the next attempt at a record that failed `attempt` times in a row. */
  readonly waitAfter: (attempt: number) => Promise<void>;
  /** Called in order with records that have succeeded, each once. */
  readonly onConsumed: (records: readonly StreamRecord[]) => void;
  readonly isAborted: () => boolean;
}

export interface BatchCounts {
  readonly batches: number;
  readonly records: number;
  readonly failures: number;
}

/** One record fails again and again with the same message. Everything before it was consumed, it and the rest wait. */
export class BatchFailedError extends Error {
  override readonly name = 'BatchFailedError';
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly attempts: number;

  constructor(record: StreamRecord, failure: Failure) {
    const { attempts, message, cause } = failure;
    super(
      `The consumer failed ${attempts} times at record ${record.sequenceNumber} of ${record.shardId}: ${message}. ` +
        'All records before it are consumed; it and those after it wait. Remove the cause and run again',
      { cause },
    );
    this.shardId = record.shardId;
    this.sequenceNumber = record.sequenceNumber;
    this.attempts = attempts;
  }
}

interface Failure {
  readonly sequenceNumber: string;
  readonly message: string;
  readonly attempts: number;
  readonly cause: unknown;
}

/** How a call ended: at which index the records begin that must come again, and why. */
interface Outcome {
  readonly consumed: number;
  readonly error: unknown;
}

/** Retries one batch until all of it has succeeded, as Lambda's mapping does with bisect and partial responses. */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  #counts: BatchCounts = { batches: 0, records: 0, failures: 0 };

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  counts(): BatchCounts {
    return this.#counts;
  }

  /**
   * Ends when all records have succeeded, or early when the drain is aborted between two calls.
   * Throws BatchFailedError.
   */
  async process(batch: StreamBatch): Promise<void> {
    // Parts still to do, the next one last: a failed part is replaced by its halves.
    const parts: (readonly StreamRecord[])[] = [batch.records];
    let failure: Failure | null = null;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const outcome = await this.#call({ shardId: batch.shardId, records: part });
      this.#count(outcome);
      if (outcome.consumed > 0) this.#options.onConsumed(part.slice(0, outcome.consumed));
      const rest = part.slice(outcome.consumed);
      const [first] = rest;
      if (first !== undefined) {
        if (outcome.consumed > 0 || rest.length === 1) {
          failure = nextFailure(failure, first, outcome.error);
          await this.#retryOrStop(first, failure, outcome.consumed > 0);
          parts.push(rest);
        } else {
          parts.push(...halvesInReverse(rest));
        }
      }
      if (this.#options.isAborted()) return;
    }
  }

  /** A call that got some records done has made progress: no wait, but the failure counts. */
  async #retryOrStop(first: StreamRecord, failure: Failure, hasProgress: boolean): Promise<void> {
    if (failure.attempts >= this.#options.maxIdenticalFailures) throw new BatchFailedError(first, failure);
    if (!hasProgress) await this.#options.waitAfter(failure.attempts);
  }

  async #call(batch: StreamBatch): Promise<Outcome> {
    try {
      const response = await this.#options.consume(batch);
      return outcomeOf(batch, response);
    } catch (error) {
      return { consumed: 0, error };
    }
  }

  #count(outcome: Outcome): void {
    const { batches, records, failures } = this.#counts;
    this.#counts = {
      batches: batches + (outcome.consumed > 0 ? 1 : 0),
      records: records + outcome.consumed,
      failures: failures + (outcome.error === null ? 0 : 1),
    };
  }
}

/** An identifier that the batch does not hold fails the whole batch, since nobody can tell what was done. */
function outcomeOf(batch: StreamBatch, response: BatchResponse | null | undefined): Outcome {
  const failed = response?.batchItemFailures ?? [];
  if (failed.length === 0) return { consumed: batch.records.length, error: null };
  const indexes = new Map(batch.records.map((record, index) => [record.sequenceNumber, index]));
  let consumed = batch.records.length;
  for (const { itemIdentifier } of failed) {
    const index = indexes.get(itemIdentifier);
    if (index === undefined) {
      const error = new Error(
        `the consumer reported ${JSON.stringify(itemIdentifier)}, which is not in the batch`,
      );
      return { consumed: 0, error };
    }
    consumed = Math.min(consumed, index);
  }
  return { consumed, error: new Error('the consumer reported it as failed') };
}

function nextFailure(previous: Failure | null, first: StreamRecord, cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  const isSame = previous?.sequenceNumber === first.sequenceNumber && previous.message === message;
  const attempts = isSame ? previous.attempts + 1 : 1;
  return { sequenceNumber: first.sequenceNumber, message, attempts, cause };
}

function halvesInReverse(records: readonly StreamRecord[]): readonly (readonly StreamRecord[])[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(middle), records.slice(0, middle)];
}
