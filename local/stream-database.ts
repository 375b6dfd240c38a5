import type { StatementSync } from 'node:sqlite';
import type { StreamRecord } from '../lambdas/ports/stream.ts';
import type { HashKeyRange } from './hash-key-range.ts';
import {
  bytesOf,
  numberOf,
  numberOrNullOf,
  SqliteDatabase,
  type SqliteRow,
  textOf,
} from './sqlite-database.ts';

export interface ShardDescription extends HashKeyRange {
  readonly shardId: string;
  /** Empty for a shard of the stream's beginning; two after a merge. */
  readonly parentShardIds: readonly string[];
  /** Takes no more records: its hash keys went to its children. */
  readonly isClosed: boolean;
  /** Null while nothing was ever put; of a closed shard its ending sequence number. */
  readonly lastSequence: string | null;
  readonly newestArrivalMs: number | null;
}

/**
 * A record's row id is shard * 2^42 + sequence: 2,048 shards of 4 * 10^12 records within a safe integer, and each
 * shard is one contiguous range of the table, written at its end only.
 */
export const SHARD_SIZE = 2 ** 42;
export const MAX_SHARDS_EVER = 2_048;

const MIGRATIONS: readonly string[] = [
  `
  create table shards (
    shard integer primary key,
    shard_id text not null unique,
    first_hash_key text not null,
    last_hash_key text not null,
    last_sequence integer not null default 0,
    newest_arrival_ms integer
  ) strict;

  create table records (
    id integer primary key,
    arrival_ms integer not null,
    partition_key text not null,
    data blob not null
  ) strict;

  create table positions (
    consumer text not null,
    shard integer not null,
    sequence integer not null,
    primary key (consumer, shard)
  ) strict, without rowid;
  `,
  `
  alter table shards add column is_closed integer not null default 0;
  alter table shards add column parent integer; -- null: there from the stream's beginning
  alter table shards add column adjacent_parent integer; -- null: but for a merge
  `,
];

/** Little: each record is written once, at the end of its shard, and read in passing. */
const CACHE_MB = 8;

/** Throws StorageError. */
export function openStreamDatabase(file: string): SqliteDatabase {
  return new SqliteDatabase({
    file,
    what: 'the stream',
    applicationId: 0x4d505332,
    migrations: MIGRATIONS,
    cacheMb: CACHE_MB,
  });
}

export function prepareStreamStatements(
  database: SqliteDatabase,
): Readonly<Record<StatementName, StatementSync>> {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared);
}

type StatementName = keyof typeof STATEMENTS;

const STATEMENTS = {
  shards: `select shards.*, parents.shard_id as parent_id, adjacent.shard_id as adjacent_parent_id from shards
    left join shards as parents on parents.shard = shards.parent
    left join shards as adjacent on adjacent.shard = shards.adjacent_parent
    order by shards.shard`,
  newestShard: 'select coalesce(max(shard), -1) as shard from shards',
  makeShard: `insert into shards (shard, shard_id, first_hash_key, last_hash_key, parent, adjacent_parent)
    values (?, ?, ?, ?, ?, ?)`,
  closeShard: 'update shards set is_closed = 1 where shard = ?',
  tail: 'select last_sequence, newest_arrival_ms from shards where shard = ?',
  setTail: 'update shards set last_sequence = ?, newest_arrival_ms = ? where shard = ?',
  newest: 'select max(newest_arrival_ms) as newest_ms from shards',
  append: 'insert into records (id, arrival_ms, partition_key, data) values (?, ?, ?, ?)',
  read: 'select * from records where id > ? and id < ? order by id limit ?',
  oldest: 'select min(arrival_ms) as oldest_ms from records where id > ? and id < ?',
  firstYoung: 'select id from records where id > ? and id <= ? and arrival_ms >= ? order by id limit 1',
  remove: 'delete from records where id > ? and id <= ?',
  positions: 'select shard_id, sequence from positions join shards using (shard) where consumer = ?',
  // A consumer that has a position anywhere but not in this shard has yet to read all of it.
  slowest: `select min(coalesce(positions.sequence, 0)) as sequence
    from (select distinct consumer from positions) as consumers
    left join positions on positions.consumer = consumers.consumer and positions.shard = ?`,
  savePosition: `insert into positions values (?1, ?2, ?3)
    on conflict do update set sequence = excluded.sequence where excluded.sequence > positions.sequence`,
};

export function shardDescription(row: SqliteRow): ShardDescription {
  const lastSequence = numberOf(row, 'last_sequence');
  return {
    shardId: textOf(row, 'shard_id'),
    first: textOf(row, 'first_hash_key'),
    last: textOf(row, 'last_hash_key'),
    parentShardIds: [row.parent_id, row.adjacent_parent_id].filter((parent) => typeof parent === 'string'),
    isClosed: numberOf(row, 'is_closed') === 1,
    lastSequence: lastSequence === 0 ? null : String(lastSequence),
    newestArrivalMs: numberOrNullOf(row, 'newest_arrival_ms'),
  };
}

export function streamRecord(row: SqliteRow, shardId: string, shard: number): StreamRecord {
  return {
    shardId,
    sequenceNumber: String(numberOf(row, 'id') - shard * SHARD_SIZE),
    partitionKey: textOf(row, 'partition_key'),
    arrivalTimeMs: numberOf(row, 'arrival_ms'),
    data: bytesOf(row, 'data'),
  };
}
