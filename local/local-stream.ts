import { MS_PER_DAY } from '../lambdas/domain/time.ts';
import type { Clock } from '../lambdas/ports/clock.ts';
import type { EventStream, OutgoingRecord, PutResult, StreamRecord } from '../lambdas/ports/stream.ts';
import { refusalOf, requireCallSize } from '../lambdas/ports/stream-limits.ts';
import { GroupCommit } from './group-commit.ts';
import { hashKeyOf, rangeIndexOf } from './hash-key-range.ts';
import { numberOf, numberOrNullOf, type SqliteDatabase, textOf } from './sqlite-database.ts';
import {
  openStreamDatabase,
  prepareStreamStatements,
  SHARD_SIZE,
  type ShardDescription,
  streamRecord,
} from './stream-database.ts';
import { StreamShards } from './stream-shards.ts';

export interface LocalStreamOptions {
  readonly file: string;
  readonly clock: Clock;
  /** Of a new stream; an existing one keeps its number. Default 2. */
  readonly shards?: number;
}

export interface ReadRequest {
  readonly shardId: string;
  /** Exclusive; null: from the oldest record that is kept. */
  readonly afterSequence: string | null;
  readonly limit: number;
  /** Of partition keys and data together; the first record comes whatever its size. */
  readonly maxBytes: number;
}

/** Last consumed sequence by shard. */
export type Positions = ReadonlyMap<string, string>;

const DEFAULT_SHARDS = 2;
export const DEFAULT_RETENTION_MS = 7 * MS_PER_DAY;

/**
 * The laptop's stream: a log with shards that any number of processes may append to and read at once. What `put`
 * accepted is on the disk. Consumers' positions lie in the same file, so they can never be ahead of the records.
 */
export class LocalStream implements EventStream {
  readonly keepsCallOrder = true;
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  readonly #statements: ReturnType<typeof prepareStreamStatements>;
  readonly #shards: StreamShards;
  readonly #calls = new GroupCommit((calls: readonly (readonly OutgoingRecord[])[]) =>
    this.#appendCalls(calls),
  );

  /** Opens the stream, makes it when missing. Throws StorageError. */
  constructor(options: LocalStreamOptions) {
    this.#database = openStreamDatabase(options.file);
    this.#clock = options.clock;
    this.#statements = prepareStreamStatements(this.#database);
    this.#shards = new StreamShards(this.#database, this.#statements);
    this.#database.transaction(() => this.#shards.make(options.shards ?? DEFAULT_SHARDS));
  }

  /**
   * Appends the records in one transaction, together with other calls that were made without waiting for this one; they
   * land in the order of the calls. A record that breaks a limit of its own is refused, the others are accepted. Throws StreamLimitError when the call as a whole is too large, StorageError when the disk is full or
   * another process holds the file too long; then nothing was accepted.
   */
  async put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    requireCallSize(records);
    return this.#calls.submit(records);
  }

  /** All shards that there ever were, parents before their children. */
  shards(): readonly ShardDescription[] {
    return this.#shards.list();
  }

  /**
   * Closes an open shard and opens two with its hash keys; the second one's begin at `newStartingHashKey` (32 hex digits),
   * by default in the middle. Returns their ids. Throws RangeError.
   */
  splitShard(shardId: string, newStartingHashKey?: string): readonly string[] {
    return this.#database.transaction(() => this.#shards.split(shardId, newStartingHashKey));
  }

  /** Closes two open shards whose hash keys are neighbours and opens one with both. Returns its id. Throws RangeError. */
  mergeShards(shardId: string, adjacentShardId: string): string {
    return this.#database.transaction(() => this.#shards.merge(shardId, adjacentShardId));
  }

  /** Records of one shard in order; none when the reader has caught up. */
  read(request: ReadRequest): readonly StreamRecord[] {
    const shard = this.#shards.numberOf(request.shardId);
    const after = shard * SHARD_SIZE + Number(request.afterSequence ?? 0);
    return this.#database.guarded(() => {
      const records: StreamRecord[] = [];
      let bytes = 0;
      for (const row of this.#statements.read.iterate(after, (shard + 1) * SHARD_SIZE, request.limit)) {
        const record = streamRecord(row, request.shardId, shard);
        bytes += record.data.length + Buffer.byteLength(record.partitionKey);
        if (records.length > 0 && bytes > request.maxBytes) break;
        records.push(record);
      }
      return records;
    });
  }

  /** Where a consumer stands; a shard that it has not consumed anything of is absent. */
  positions(consumer: string): Positions {
    const rows = this.#database.guarded(() => this.#statements.positions.all(consumer));
    return new Map(rows.map((row) => [textOf(row, 'shard_id'), String(numberOf(row, 'sequence'))]));
  }

  /** Moves a consumer forward; a lower sequence than the stored one changes nothing. */
  savePosition(consumer: string, shardId: string, sequence: string): void {
    const shard = this.#shards.numberOf(shardId);
    this.#database.guarded(() => this.#statements.savePosition.run(consumer, shard, Number(sequence)));
  }

  /**
   * The shard's last record before its first one that arrived at the time or later; its newest record when none did.
   * Null when it would be before all that the shard still has.
   */
  sequenceBefore(shardId: string, timestampMs: number): string | null {
    const shard = this.#shards.numberOf(shardId);
    const [start, end] = [shard * SHARD_SIZE, (shard + 1) * SHARD_SIZE - 1];
    return this.#database.guarded(() => {
      const found = this.#statements.firstYoung.get(start, end, timestampMs);
      const before =
        found === undefined
          ? numberOf(this.#statements.tail.get(shard) ?? {}, 'last_sequence')
          : numberOf(found, 'id') - 1 - start;
      return before === 0 ? null : String(before);
    });
  }

  /** How many records lie beyond the positions. */
  waitingRecords(positions: Positions): number {
    return this.shards()
      .map((shard) => Number(shard.lastSequence ?? 0) - Number(positions.get(shard.shardId) ?? 0))
      .reduce((sum, waiting) => sum + waiting, 0);
  }

  /** Earliest arrival among the records beyond the positions, or null when none waits. Reads all that wait. */
  oldestWaitingArrivalMs(positions: Positions): number | null {
    const arrivals = [...this.#shards.numbers()].map(([shardId, shard]) => {
      const after = shard * SHARD_SIZE + Number(positions.get(shardId) ?? 0);
      const end = (shard + 1) * SHARD_SIZE;
      const row = this.#database.guarded(() => this.#statements.oldest.get(after, end)) ?? {};
      return numberOrNullOf(row, 'oldest_ms') ?? Number.POSITIVE_INFINITY;
    });
    const oldestMs = Math.min(...arrivals);
    return Number.isFinite(oldestMs) ? oldestMs : null;
  }

  /**
   * Removes from the beginning of each shard what arrived more than the retention before the stream's newest record,
   * up to the first record that is younger. What a consumer with a position has yet to read always stays, and so does
   * everything of a shard that nobody has read. Returns how many records it removed.
   */
  applyRetention(retentionMs: number = DEFAULT_RETENTION_MS): number {
    return this.#database.transaction(() => {
      const row = this.#statements.newest.get() ?? {};
      const newestMs = numberOrNullOf(row, 'newest_ms');
      if (newestMs === null) return 0;
      return [...this.#shards.numbers().values()]
        .map((shard) => this.#removeBefore(shard, newestMs - retentionMs))
        .reduce((sum, removed) => sum + removed, 0);
    });
  }

  close(): void {
    this.#database.close();
  }

  #appendCalls(calls: readonly (readonly OutgoingRecord[])[]): readonly (readonly PutResult[])[] {
    const nowMs = this.#clock.nowMs();
    return this.#database.transaction(() => {
      const open = this.#shards.open();
      const tails = new Map<number, ShardTail>();
      const results = calls.map((records) =>
        records.map((record): PutResult => {
          const refusal = refusalOf(record);
          if (refusal !== null) return refusal;
          const target = open[rangeIndexOf(open, hashKeyOf(record.partitionKey))];
          if (target === undefined) throw new Error('the open shards leave a hole in the space of hash keys');
          const { shard, shardId } = target;
          const tail = tails.get(shard) ?? this.#tailOf(shard);
          tails.set(shard, tail);
          const arrivalTimeMs = record.arrivalTimeMs ?? nowMs;
          const sequence = this.#append(shard, tail, { ...record, arrivalTimeMs });
          return { kind: 'accepted', shardId, sequenceNumber: String(sequence) };
        }),
      );
      for (const [shard, tail] of tails) {
        this.#statements.setTail.run(tail.lastSequence, tail.newestArrivalMs, shard);
      }
      return results;
    });
  }

  #append(shard: number, tail: ShardTail, record: Required<OutgoingRecord>): number {
    tail.lastSequence += 1;
    tail.newestArrivalMs = Math.max(tail.newestArrivalMs ?? record.arrivalTimeMs, record.arrivalTimeMs);
    const id = shard * SHARD_SIZE + tail.lastSequence;
    this.#statements.append.run(id, record.arrivalTimeMs, record.partitionKey, record.data);
    return tail.lastSequence;
  }

  #tailOf(shard: number): ShardTail {
    const row = this.#statements.tail.get(shard) ?? {};
    return {
      lastSequence: numberOf(row, 'last_sequence'),
      newestArrivalMs: numberOrNullOf(row, 'newest_arrival_ms'),
    };
  }

  #removeBefore(shard: number, beforeMs: number): number {
    const consumed = numberOrNullOf(this.#statements.slowest.get(shard) ?? {}, 'sequence');
    if (consumed === null) return 0;
    const start = shard * SHARD_SIZE;
    const young = this.#statements.firstYoung.get(start, start + consumed, beforeMs);
    const end = young === undefined ? start + consumed : numberOf(young, 'id') - 1;
    return Number(this.#statements.remove.run(start, end).changes);
  }
}

/** Changes while a call appends, so that the shard's row is written once. */
interface ShardTail {
  lastSequence: number;
  newestArrivalMs: number | null;
}
