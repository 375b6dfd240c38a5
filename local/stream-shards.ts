import { evenRanges, type HashKeyRange, mergeRanges, splitRange } from './hash-key-range.ts';
import { numberOf, type SqliteDatabase } from './sqlite-database.ts';
import {
  MAX_SHARDS_EVER,
  type prepareStreamStatements,
  type ShardDescription,
  shardDescription,
} from './stream-database.ts';

const MAX_OPEN_SHARDS = 1_024;

interface Shard {
  readonly number: number;
  readonly description: ShardDescription;
}

/** A shard that takes records, and which hash keys it takes. */
export interface OpenShard extends HashKeyRange {
  readonly shard: number;
  readonly shardId: string;
}

/**
 * The shards of a stream, open and closed, and which of the open ones take which keys. A split or merge closes its parents
 * for writing and opens children with the parents' hash keys; what the parents hold stays readable. Another process may
 * do that at any time, so whoever appends asks within the transaction in which it appends.
 */
export class StreamShards {
  readonly #database: SqliteDatabase;
  readonly #statements: ReturnType<typeof prepareStreamStatements>;
  /** The greatest shard number when the two below were read; every split or merge raises it. */
  #newest = -1;
  #numbers: ReadonlyMap<string, number> = new Map();
  #open: readonly OpenShard[] = [];

  constructor(database: SqliteDatabase, statements: ReturnType<typeof prepareStreamStatements>) {
    this.#database = database;
    this.#statements = statements;
  }

  /** Makes the shards of a new stream; an existing one keeps its own. Throws RangeError for a number not allowed. */
  make(count: number): void {
    if (!Number.isInteger(count) || count < 1 || count > MAX_OPEN_SHARDS) {
      throw new RangeError(`A stream has 1 to ${MAX_OPEN_SHARDS} shards, not ${count}`);
    }
    if (this.#all().length > 0) return;
    for (const range of evenRanges(count)) this.#make(range, []);
  }

  /** All shards, parents before their children. */
  list(): readonly ShardDescription[] {
    return this.#database.guarded(() => this.#all()).map(({ description }) => description);
  }

  /** Numbers of all shards by id. */
  numbers(): ReadonlyMap<string, number> {
    this.#refresh();
    return this.#numbers;
  }

  /** Throws RangeError for a shard that the stream does not have. */
  numberOf(shardId: string): number {
    const known = this.#numbers.get(shardId) ?? this.numbers().get(shardId);
    if (known !== undefined) return known;
    const ids = [...this.#numbers.keys()].join(', ');
    throw new RangeError(`The stream has no shard ${shardId}; it has ${ids}`);
  }

  /** By hash key; together they take every key. */
  open(): readonly OpenShard[] {
    this.#refresh();
    return this.#open;
  }

  /** Runs in the caller's transaction. Throws RangeError. */
  split(shardId: string, at?: string): readonly string[] {
    const parent = this.#openShard(shardId);
    this.#requireRoom(1);
    const ranges = splitRange(parent.description, at);
    this.#statements.closeShard.run(parent.number);
    return ranges.map((range) => this.#make(range, [parent.number]));
  }

  /** Runs in the caller's transaction. Throws RangeError. */
  merge(shardId: string, adjacentShardId: string): string {
    const [parent, adjacent] = [this.#openShard(shardId), this.#openShard(adjacentShardId)];
    this.#requireRoom(-1);
    const range = mergeRanges(parent.description, adjacent.description);
    this.#statements.closeShard.run(parent.number);
    this.#statements.closeShard.run(adjacent.number);
    return this.#make(range, [parent.number, adjacent.number]);
  }

  #all(): readonly Shard[] {
    return this.#statements.shards.all().map((row) => ({
      number: numberOf(row, 'shard'),
      description: shardDescription(row),
    }));
  }

  #make(range: HashKeyRange, parents: readonly number[]): string {
    const shard = this.#newestShard() + 1;
    const shardId = `shardId-${String(shard).padStart(12, '0')}`;
    const [parent, adjacentParent] = [parents[0] ?? null, parents[1] ?? null];
    this.#statements.makeShard.run(shard, shardId, range.first, range.last, parent, adjacentParent);
    return shardId;
  }

  #openShard(shardId: string): Shard {
    const number = this.numberOf(shardId);
    const found = this.#all().find((shard) => shard.number === number);
    if (found === undefined || found.description.isClosed) {
      throw new RangeError(`${shardId} is closed: what it took now goes to its children`);
    }
    return found;
  }

  /** `more`: how many open shards more there would be. */
  #requireRoom(more: number): void {
    const all = this.#all();
    const open = all.filter(({ description }) => !description.isClosed).length;
    if (open + more > MAX_OPEN_SHARDS) {
      throw new RangeError(`A stream has at most ${MAX_OPEN_SHARDS} open shards`);
    }
    if (all.length + 2 > MAX_SHARDS_EVER) {
      throw new RangeError(`A stream has at most ${MAX_SHARDS_EVER} shards, closed ones included`);
    }
  }

  #newestShard(): number {
    return numberOf(this.#statements.newestShard.get() ?? {}, 'shard');
  }

  #refresh(): void {
    this.#database.guarded(() => {
      const newest = this.#newestShard();
      if (newest === this.#newest) return;
      const all = this.#all();
      this.#numbers = new Map(all.map(({ number, description }) => [description.shardId, number]));
      this.#open = all
        .filter(({ description }) => !description.isClosed)
        .map(({ number, description: { shardId, first, last } }) => ({ shard: number, shardId, first, last }))
        .sort((left, right) => (left.first < right.first ? -1 : 1));
      this.#newest = newest;
    });
  }
}
