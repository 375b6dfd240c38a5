import { SqliteDatabase } from './sqlite-database.ts';

/**
 * `state.sqlite`: claims, ledger, checkpoints, notes on objects set aside, runs, leases and lake state in one file, each behind its own port
 * (sqlite-*-store.ts). A new version of the schema is one more script at the end; the old ones never change.
 */
const MIGRATIONS: readonly string[] = [
  `
  create table claims (
    event_id any primary key, -- 16 bytes of a UUID, else the text
    owner text not null,
    digest text not null,
    expires_at_ms integer not null
  ) strict, without rowid;

  create table ledger (
    ledger_id text primary key,
    source text not null,
    body text not null, -- the row as JSON
    staged_by text
  ) strict;
  create index ledger_unstaged on ledger (ledger_id) where staged_by is null;

  create table checkpoints (
    source text not null,
    shard_id text not null,
    sequence text not null,
    arrival_time_ms integer not null,
    primary key (source, shard_id)
  ) strict;

  create table lake_state (
    name text primary key,
    value text not null
  ) strict;

  create table leases (
    name text primary key,
    holder text, -- null when given back
    fence integer not null,
    expires_at_ms integer not null
  ) strict;
  `,
  `
  create table set_asides (
    object_key text primary key,
    ledger_id text not null,
    detail text not null,
    replacement_key text -- null while nothing holds the records
  ) strict;
  `,
  `
  create table runs (
    run_id text primary key,
    started_at_ms integer not null,
    body text not null -- the record as JSON
  ) strict, without rowid;
  create index runs_by_start on runs (started_at_ms, run_id);

  -- Until here a lake kept its last run alone, as a value of its state.
  insert into runs
  select value ->> '$.runId', value ->> '$.startedAtMs', value
  from lake_state
  where name = 'last_run' and json_valid(value) and value ->> '$.runId' is not null;
  delete from lake_state where name = 'last_run';
  `,
  `
  -- Nine tenths of a row's text, and read of few rows: apart, so that listing the ledger need not take it in.
  alter table ledger add column counts text; -- by type and minute, as JSON
  update ledger
  set
    counts = body ->> '$.countsByTypeAndMinute',
    body = json_remove(body, '$.countsByTypeAndMinute');
  `,
];

/** Throws StorageError (sqlite-database.ts). The caller closes it. */
export function openStateDatabase(file: string): SqliteDatabase {
  return new SqliteDatabase({
    file,
    what: "the lake's state",
    applicationId: 0x4d504c31,
    migrations: MIGRATIONS,
  });
}
