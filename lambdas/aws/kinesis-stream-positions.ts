import {
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import type { LandedPosition, StreamPositions } from '../ports/stream.ts';
import { type Backoff, pause, pauseWithJitter, systemBackoff } from './backoff.ts';

/** A shard answers five reads a second, of all its readers together; the event source mapping needs its share. */
const BETWEEN_PAGES_MS = 250;
const ATTEMPTS = 8;
const PAUSE = { baseMs: 250, capMs: 4_000 };
/** Kinesis may give empty pages on its way to the next record; a shard that gives so many is taken for waiting. */
const MAX_EMPTY_PAGES = 40;

/** Asks a Kinesis stream for the first record behind what has landed: two calls for a shard that has none. */
export class KinesisStreamPositions implements StreamPositions {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #backoff: Backoff;

  constructor(options: { client: KinesisClient; streamName: string; backoff?: Backoff }) {
    this.#client = options.client;
    this.#streamName = options.streamName;
    this.#backoff = options.backoff ?? systemBackoff;
  }

  async oldestWaitingArrivalMs(landed: ReadonlyMap<string, LandedPosition>): Promise<number | null> {
    let oldest: number | null = null;
    for (const shardId of await this.#shardIds()) {
      const waiting = await this.#firstBehind(shardId, landed.get(shardId) ?? null);
      if (waiting !== null && (oldest === null || waiting < oldest)) oldest = waiting;
    }
    return oldest;
  }

  /** Open shards, and closed ones whose records have not all expired. */
  async #shardIds(): Promise<readonly string[]> {
    const shardIds: string[] = [];
    let next: string | undefined;
    do {
      const page: { Shards?: { ShardId: string | undefined }[] | undefined; NextToken?: string | undefined } =
        await this.#client.send(
          new ListShardsCommand(next === undefined ? { StreamName: this.#streamName } : { NextToken: next }),
        );
      for (const { ShardId } of page.Shards ?? []) if (ShardId !== undefined) shardIds.push(ShardId);
      next = page.NextToken;
    } while (next !== undefined);
    return shardIds;
  }

  /** Arrival of the shard's first record behind the position, or null. What cannot be told holds as the position does. */
  async #firstBehind(shardId: string, landed: LandedPosition | null): Promise<number | null> {
    let iterator = await this.#iteratorBehind(shardId, landed);
    for (let pages = 0; iterator !== null; pages += 1) {
      if (pages > MAX_EMPTY_PAGES) return landed?.arrivalTimeMs ?? 0;
      if (pages > 0) await pause(this.#backoff.timers, BETWEEN_PAGES_MS);
      const page = await this.#page(iterator);
      const arrival = page.Records?.[0]?.ApproximateArrivalTimestamp;
      if (arrival !== undefined) return arrival.getTime();
      if (page.MillisBehindLatest === 0) return null;
      iterator = page.NextShardIterator ?? null;
    }
    return null;
  }

  /** Null when the shard is gone, and with it all that was in it. */
  async #iteratorBehind(shardId: string, landed: LandedPosition | null): Promise<string | null> {
    const shard = { StreamName: this.#streamName, ShardId: shardId };
    try {
      return landed === null
        ? await this.#iterator({ ...shard, ShardIteratorType: 'TRIM_HORIZON' })
        : await this.#iterator({
            ...shard,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: landed.sequence,
          });
    } catch (error) {
      // The position was trimmed away; whatever is left begins later.
      if (error instanceof InvalidArgumentException)
        return this.#iterator({ ...shard, ShardIteratorType: 'TRIM_HORIZON' });
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  }

  async #iterator(input: ConstructorParameters<typeof GetShardIteratorCommand>[0]): Promise<string | null> {
    const answer = await this.#client.send(new GetShardIteratorCommand(input));
    return answer.ShardIterator ?? null;
  }

  async #page(iterator: string): Promise<Partial<GetRecordsOutput>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }));
      } catch (error) {
        if (!(error instanceof ProvisionedThroughputExceededException) || attempt + 1 >= ATTEMPTS)
          throw error;
        await pauseWithJitter(this.#backoff, attempt, PAUSE);
      }
    }
  }
}
