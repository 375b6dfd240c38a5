import { afterAll, beforeAll, expect, it } from 'vitest';
import { findOrphans } from '../../../lambdas/recover-events/find-orphans.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute(`create table raw_duplicates
    (_arrival_time varchar, _shard_id varchar, _sequence_number varchar, _record_index varchar, event_id varchar, "$path" varchar)`);
  await engine.execute(`create table raw_quarantine
    (_arrival_time varchar, _shard_id varchar, _sequence_number varchar, _record_index varchar, reason varchar, event_id varchar, "$path" varchar)`);
  await engine.execute(
    'create table ledger_objects (source varchar, kind varchar, object_key varchar, location varchar)',
  );
  await engine.execute('create table orphan_claims (event_id varchar)');
});
afterAll(() => engine.close());

const EARLY = '2026-03-01T10:00:00.000Z';
const LATE = '2026-03-01T10:00:00.001Z';

it('gives each orphan its smallest copy by arrival, shard, sequence as a number, and index', async () => {
  await engine.execute(`insert into orphan_claims values ('a'), ('b'), ('c'), ('d')`);
  await engine.execute(`insert into ledger_objects values
    ('events', 'duplicates', 'duplicates/events/k1', '/1'), ('events', 'duplicates', 'duplicates/events/k2', '/2')`);
  await engine.execute(`insert into raw_duplicates values
    ('${LATE}', 's0', '1', null, 'A', '/1'), ('${EARLY}', 's1', '9', null, 'a', '/2'),
    ('${EARLY}', 's1', '10', null, 'b', '/1'), ('${EARLY}', 's1', '9', null, 'b', '/2'),
    ('${EARLY}', 's0', '99', null, 'c', '/1'), ('${EARLY}', 's1', '9', null, 'c', '/1'),
    ('${EARLY}', 's0', '7', '10', 'd', '/1'), ('${EARLY}', 's0', '7', '9', 'd', '/1'),
    ('${EARLY}', 's0', '1', null, 'landed', '/1'), ('${EARLY}', 's0', '0', null, 'a', '/unledgered')`);

  expect(await findOrphans(engine)).toEqual([
    { eventId: 'd', objectKey: 'duplicates/events/k1', coordinates: 's0#7#9' },
    { eventId: 'c', objectKey: 'duplicates/events/k1', coordinates: 's0#99' },
    { eventId: 'a', objectKey: 'duplicates/events/k2', coordinates: 's1#9' },
    { eventId: 'b', objectKey: 'duplicates/events/k2', coordinates: 's1#9' },
  ]);
});

it('takes conflicts for copies as duplicates are, and of one in both zones the duplicate', async () => {
  for (const table of ['orphan_claims', 'ledger_objects', 'raw_duplicates'])
    await engine.execute(`delete from ${table}`);
  await engine.execute(`insert into orphan_claims values ('a'), ('b'), ('c')`);
  await engine.execute(`insert into ledger_objects values
    ('events', 'duplicates', 'duplicates/events/d', '/d'), ('events', 'quarantine', 'quarantine/events/q', '/q')`);
  await engine.execute(`insert into raw_duplicates values
    ('${LATE}', 's0', '3', null, 'a', '/d'), ('${EARLY}', 's0', '2', null, 'c', '/d')`);
  await engine.execute(`insert into raw_quarantine values
    ('${EARLY}', 's0', '1', null, 'id_conflict', 'A', '/q'), ('${EARLY}', 's0', '0', null, 'clock_skew', 'a', '/q'),
    ('${LATE}', 's0', '4', '2', 'id_conflict', 'b', '/q'), ('${EARLY}', 's0', '2', null, 'id_conflict', 'c', '/q')`);

  expect(await findOrphans(engine)).toEqual([
    { eventId: 'c', objectKey: 'duplicates/events/d', coordinates: 's0#2' },
    { eventId: 'a', objectKey: 'quarantine/events/q', coordinates: 's0#1' },
    { eventId: 'b', objectKey: 'quarantine/events/q', coordinates: 's0#4#2' },
  ]);
});
