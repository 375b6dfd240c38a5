import type { Clock } from '../../lambdas/ports/clock.ts';
import { type Backoff, waitOnTimer } from '../backoff.ts';
import type { LocalStream } from '../local-stream.ts';
import type { ShardDescription } from '../stream-database.ts';
import { addedWork, type CountedWork, type DrainCounts, NO_WORK } from './drain-counts.ts';
import type { DiscardedBatch } from './failure-record.ts';
import type { ConsumeBatch } from './invocation-outcome.ts';
import { type MappingSettings, mappingSettings, UNLIMITED } from './mapping-settings.ts';
import { ShardDrain, type ShardDrainContext } from './shard-drain.ts';
import { readableShards } from './shard-order.ts';
import { type StartingPosition, startingPositions } from './starting-position.ts';

export interface DrainOptions {
  readonly stream: LocalStream;
  readonly consume: ConsumeBatch;
  /** Whose position moves. Default `consume-events`. */
  readonly consumer?: string;
  /** Only these shards, with all of their parents that have anything left; default all. */
  readonly shardIds?: readonly string[];
  /** Where they differ from LAPTOP_SETTINGS. */
  readonly settings?: Partial<MappingSettings>;
  /** Of a consumer that has never been at work on the stream. Default TRIM_HORIZON. */
  readonly startingPosition?: StartingPosition;
  /** Shards worked on at once. Default 1: one shard after the other, in turns of a batch. */
  readonly parallelShards?: number;
  /** Keeps a batch that is given up. Needed, and called, only when the settings limit attempts or age. */
  readonly discard?: (discarded: DiscardedBatch) => Promise<void>;
  /** After so many failures of the same record with the same message the drain ends. Default 5. */
  readonly maxIdenticalFailures?: number;
  readonly backoff?: Backoff;
  readonly clock?: Clock;
  readonly onProgress?: (counts: DrainCounts) => void;
  /** Ends the drain after the batches in hand; the next one goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * The mapping of the cloud (lib/stacks/streaming-stack.ts) but for the age: records of the laptop arrive when their
 * producer says, be it last year, and a lake may rest for weeks (docs/decisions/0018).
 */
export const LAPTOP_SETTINGS: MappingSettings = mappingSettings({
  batchSize: 5_000,
  batchingWindowMs: 60_000,
  parallelizationFactor: 1,
  maximumRetryAttempts: UNLIMITED,
  maximumRecordAgeMs: UNLIMITED,
  bisectBatchOnFunctionError: true,
  reportBatchItemFailures: true,
});

const DEFAULT_BACKOFF: Backoff = { baseMs: 100, capMs: 5_000, wait: waitOnTimer, random: Math.random };
const DEFAULT_MAX_IDENTICAL_FAILURES = 5;

/**
 * Feeds what waits in the stream to the consumer as Lambda's mapping of a Kinesis stream does (README.md has the
 * rules), and ends when everything that waited at its beginning is consumed. No window is waited for: a batch is due when
 * it is full or when nothing is left to read. Memory is that of the batches in hand.
 *
 * Throws BatchFailedError when one record fails again and again: unlike in the cloud, somebody is waiting; and
 * MappingSettingsError.
 */
export async function drain(options: DrainOptions): Promise<DrainCounts> {
  return new Drain(options).work();
}

class Drain {
  readonly #options: DrainOptions;
  readonly #shards: readonly ShardDescription[];
  readonly #positionsAtStart: ReadonlyMap<string, string>;
  readonly #drains: ReadonlyMap<string, ShardDrain>;
  /** Shards that have anything left and are not at work, the next one first. */
  readonly #queue: ShardDrain[];
  readonly #errors: unknown[] = [];
  #work: CountedWork = NO_WORK;

  constructor(options: DrainOptions) {
    const { stream, shardIds } = options;
    const consumer = options.consumer ?? 'consume-events';
    const context = this.#contextOf(options, consumer);
    this.#options = options;
    this.#shards = stream.shards();
    const isKnownConsumer = stream.positions(consumer).size > 0;
    if (!isKnownConsumer) begin(stream, consumer, options.startingPosition ?? { kind: 'TRIM_HORIZON' });
    this.#positionsAtStart = stream.positions(consumer);
    const drains = this.#shards
      .filter(({ shardId }) => shardIds === undefined || shardIds.includes(shardId))
      .map(({ shardId, lastSequence: to }) => {
        const from = this.#positionsAtStart.get(shardId) ?? null;
        return new ShardDrain(context, { shardId, from, to, isKnownConsumer });
      });
    this.#drains = new Map(drains.map((shard) => [shard.shardId, shard]));
    this.#queue = drains.filter((shard) => !shard.isDone);
  }

  #contextOf(options: DrainOptions, consumer: string): ShardDrainContext {
    const settings = mappingSettings({ ...LAPTOP_SETTINGS, ...options.settings });
    const hasLimit = settings.maximumRetryAttempts !== UNLIMITED || settings.maximumRecordAgeMs !== UNLIMITED;
    if (hasLimit && options.discard === undefined) {
      throw new TypeError('A mapping that may give up records needs a place for them: give it `discard`');
    }
    return {
      stream: options.stream,
      consumer,
      settings,
      consume: options.consume,
      discard: options.discard ?? null,
      maxIdenticalFailures: options.maxIdenticalFailures ?? DEFAULT_MAX_IDENTICAL_FAILURES,
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      clock: options.clock ?? { nowMs: () => Date.now() },
      signal: options.signal,
      onWork: (work) => this.#count(work),
    };
  }

  /** Shards take turns; after an error or an abort no further one begins. */
  async work(): Promise<DrainCounts> {
    const running = new Set<Promise<void>>();
    for (;;) {
      for (let shard = this.#next(running.size); shard !== null; shard = this.#next(running.size)) {
        const turn = this.#turn(shard).finally(() => running.delete(turn));
        running.add(turn);
      }
      if (running.size === 0) break;
      await Promise.race(running);
    }
    if (this.#errors.length > 0) throw this.#errors[0];
    return this.#counts();
  }

  /** Null: none may begin now. */
  #next(running: number): ShardDrain | null {
    const isFull = running >= (this.#options.parallelShards ?? 1);
    if (isFull || this.#errors.length > 0 || this.#isAborted()) return null;
    const readable = new Set(
      readableShards(this.#shards, (shard) => this.#isDrained(shard)).map(({ shardId }) => shardId),
    );
    const place = this.#queue.findIndex(({ shardId }) => readable.has(shardId));
    return place < 0 ? null : (this.#queue.splice(place, 1)[0] ?? null);
  }

  #isDrained({ shardId, isClosed, lastSequence }: ShardDescription): boolean {
    if (!isClosed) return false;
    const position = this.#positionsAtStart.get(shardId) ?? 0;
    return this.#drains.get(shardId)?.isDone ?? Number(position) >= Number(lastSequence ?? 0);
  }

  async #turn(shard: ShardDrain): Promise<void> {
    try {
      await shard.turn();
      if (!shard.isDone) this.#queue.push(shard);
    } catch (error) {
      this.#errors.push(error);
    }
  }

  #count(work: Partial<CountedWork>): void {
    this.#work = addedWork(this.#work, work);
    if ((work.records ?? 0) + (work.discarded ?? 0) > 0) this.#options.onProgress?.(this.#counts());
  }

  #counts(): DrainCounts {
    const waiting = [...this.#drains.values()].reduce((sum, shard) => sum + shard.waiting, 0);
    return { ...this.#work, waiting, isAborted: this.#isAborted() };
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }
}

/** Notes where a new consumer begins, so that its next drain goes on from there whatever came of this one. */
function begin(stream: LocalStream, consumer: string, start: StartingPosition): void {
  if (start.kind === 'TRIM_HORIZON') return;
  const shards = stream.shards();
  const positions = startingPositions(start, shards, (shardId, timeMs) =>
    stream.sequenceBefore(shardId, timeMs),
  );
  for (const { shardId } of shards) stream.savePosition(consumer, shardId, positions.get(shardId) ?? '0');
}
