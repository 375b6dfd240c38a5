import type { StreamBatch, StreamRecord } from '../lambdas/ports/stream.ts';
import { type Backoff, delayAfterMs, waitOnTimer } from './backoff.ts';
import { BatchProcessor, type ConsumeBatch } from './batch-processor.ts';
import { fittingPayload, MAX_PAYLOAD_BYTES } from './event-source-mapping/lambda-payload.ts';
import type { LocalStream } from './local-stream.ts';

export interface DrainOptions {
  readonly stream: LocalStream;
  readonly consume: ConsumeBatch;
  /** Whose position moves. Default `consume-events`. */
  readonly consumer?: string;
  /** Only these shards; default all. */
  readonly shardIds?: readonly string[];
  /** Default 5,000. */
  readonly batchSize?: number;
  /** Shards worked on at once, each with one batch in hand. Default 1: one shard after the other, in turns. */
  readonly parallelShards?: number;
  /** After so many failures of the same record with the same message the drain ends. Default 5. */
  readonly maxIdenticalFailures?: number;
  readonly backoff?: Backoff;
  readonly onProgress?: (counts: DrainCounts) => void;
  /** Ends the drain after the batches in hand; the next one goes on from there. */
  readonly signal?: AbortSignal;
}

export interface DrainCounts {
  /** Calls of the consumer that succeeded, partly or whole. */
  readonly batches: number;
  readonly records: number;
  /** Calls that failed, or that reported failed records. */
  readonly failures: number;
  /** Of the records that waited when the drain began: how many still do. */
  readonly waiting: number;
  readonly isAborted: boolean;
}

const DEFAULT_BATCH_SIZE = 5_000;
const DEFAULT_BACKOFF: Backoff = { baseMs: 100, capMs: 5_000, wait: waitOnTimer, random: Math.random };

/**
 * Feeds what waits in the stream to the consumer as Lambda's mapping of a Kinesis stream does: per shard in order,
 * from the oldest record on, in batches of at most batchSize records and 6 MB of payload; a failed batch is halved
 * and tried again, a partial response goes on from the lowest failed record, and a position moves only over what has
 * succeeded. It ends when everything that waited at its beginning is consumed. Memory is that of the batches in hand.
 *
 * Throws BatchFailedError when one record fails again and again: unlike in the cloud, somebody is waiting.
 */
export async function drain(options: DrainOptions): Promise<DrainCounts> {
  const run = new Drain(options);
  return run.work();
}

class Drain {
  readonly #options: DrainOptions;
  readonly #consumer: string;
  readonly #processor: BatchProcessor;
  readonly #ends: ReadonlyMap<string, bigint>;
  readonly #queue: string[];
  #waiting: number;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#consumer = options.consumer ?? 'consume-events';
    const backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.#processor = new BatchProcessor({
      consume: options.consume,
      maxIdenticalFailures: options.maxIdenticalFailures ?? 5,
      waitAfter: (attempt) => backoff.wait(delayAfterMs(attempt, backoff), options.signal),
      onConsumed: (records) => this.#advance(records),
      isAborted: () => this.#isAborted(),
    });
    const shards = options.stream
      .shards()
      .filter(({ shardId }) => options.shardIds === undefined || options.shardIds.includes(shardId));
    this.#ends = new Map(shards.map((shard) => [shard.shardId, BigInt(shard.lastSequence ?? 0)]));
    this.#queue = shards.map((shard) => shard.shardId);
    const positions = options.stream.positions(this.#consumer);
    this.#waiting = shards.reduce((sum, { shardId, lastSequence }) => {
      return sum + Number(lastSequence ?? 0) - Number(positions.get(shardId) ?? 0);
    }, 0);
  }

  async work(): Promise<DrainCounts> {
    const workers = Math.min(this.#options.parallelShards ?? 1, this.#queue.length);
    const ends = await Promise.allSettled(Array.from({ length: workers }, () => this.#workOnShards()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return this.#counts();
  }

  /** Takes shards in turns, one batch each, until none has anything left. */
  async #workOnShards(): Promise<void> {
    for (let shardId = this.#queue.shift(); shardId !== undefined; shardId = this.#queue.shift()) {
      if (this.#isAborted()) return;
      const batch = this.#nextBatch(shardId);
      if (batch === null) continue;
      try {
        await this.#processor.process(batch);
      } catch (error) {
        this.#queue.length = 0;
        throw error;
      }
      this.#queue.push(shardId);
    }
  }

  #nextBatch(shardId: string): StreamBatch | null {
    const end = this.#ends.get(shardId) ?? 0n;
    const position = this.#options.stream.positions(this.#consumer).get(shardId) ?? null;
    const left = end - BigInt(position ?? 0);
    if (left <= 0n) return null;
    const limit = Math.min(this.#options.batchSize ?? DEFAULT_BATCH_SIZE, Number(left));
    const records = this.#options.stream.read({
      shardId,
      afterSequence: position,
      limit,
      maxBytes: MAX_PAYLOAD_BYTES,
    });
    return records.length === 0 ? null : { shardId, records: fittingPayload(records) };
  }

  #advance(records: readonly StreamRecord[]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    this.#options.stream.savePosition(this.#consumer, last.shardId, last.sequenceNumber);
    this.#waiting -= records.length;
    this.#options.onProgress?.(this.#counts());
  }

  #counts(): DrainCounts {
    return { ...this.#processor.counts(), waiting: this.#waiting, isAborted: this.#isAborted() };
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }
}
