import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import {
  beginBuild,
  commitBuild,
  commitStep,
  rollBackBuild,
} from '../../../lambdas/run-lake/build-transaction.ts';
import { replaceState, STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { sql } from './toy-lake.ts';

const MODELS = loadModels([
  sql('staging/marks.sql', 'grain: mark\nmaterialization: scratch', ['mark bigint | M.'], 'select 1 as mark'),
  sql(
    'curated/events.sql',
    'grain: event\nkey: kind\npartition: none\nslice: all\ninputs: marks',
    ['kind bigint | K.'],
    'select mark as kind from marks',
  ),
]);

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;

const deps = () => ({ engine, ledger, models: MODELS });

beforeEach(async () => {
  ledger = new MemoryLedgerStore();
  engine = await openDuckDb({ file: ':memory:', threads: 1 });
});

afterEach(() => engine.close());

async function makeTables(): Promise<void> {
  await engine.execute('create table events (kind bigint); create table marks (mark bigint)');
}

async function fill(): Promise<void> {
  await engine.execute('insert into events select range from range(300000); insert into marks values (5)');
}

async function standing(): Promise<readonly unknown[]> {
  const { rows } = await engine.query('select table_name from information_schema.tables order by 1');
  return rows.flat();
}

const OF_LATE_EVENTS =
  'select count(*) from events cross join (select max(mark) as mark from marks) where kind < mark';

/** The tables of the one join, first the one that is read through, then the one that is kept in memory. */
async function joinOrder(): Promise<readonly string[]> {
  const { rows } = await engine.query(`explain (format json) ${OF_LATE_EVENTS}`);
  return [...String(rows[0]?.[1]).matchAll(/"Table": "[a-z.]*?(\w+)"/g)].map(([, table]) => table ?? '');
}

describe('of a lake that stands', () => {
  beforeEach(async () => {
    await replaceState(ledger, STATE_NAMES.modelsFingerprint, 'of the last build');
    await makeTables();
  });

  test('a full build keeps the right side of a join, whatever it has written', async () => {
    await beginBuild(deps(), 'full');
    await fill();

    expect(await joinOrder()).toEqual(['events', 'marks']);
  });

  test('DuckDB alone keeps the larger side, since it takes what the transaction wrote for empty', async () => {
    await beginBuild(deps(), 'incremental');
    await fill();

    expect(await joinOrder()).toEqual(['marks', 'events']);
  });

  test.each([
    ['committed', commitBuild],
    ['rolled back', rollBackBuild],
  ])('joins are planned again once a build is %s', async (_end, end) => {
    await beginBuild(deps(), 'full');
    await end(deps());

    const { rows } = await engine.query(`select current_setting('disabled_optimizers')`);
    expect(rows).toEqual([['']]);
  });

  test('a build that is rolled back leaves no row, of no step', async () => {
    await beginBuild(deps(), 'full');
    await fill();
    await commitStep(deps());
    await rollBackBuild(deps());

    expect((await engine.query('select count(*) from events')).rows).toEqual([[0]]);
    expect(await standing()).toEqual(['events', 'marks']);
  });
});

describe('of a lake that was never built', () => {
  test('each step is committed, so that DuckDB knows what is large', async () => {
    await beginBuild(deps(), 'full');
    await makeTables();
    await fill();
    await commitStep(deps());

    expect(await joinOrder()).toEqual(['events', 'marks']);
  });

  test('a build that is rolled back leaves no table, whatever it has committed', async () => {
    await beginBuild(deps(), 'full');
    await makeTables();
    await engine.execute('create view bi_events as select * from events');
    await commitStep(deps());
    await rollBackBuild(deps());

    expect(await standing()).toEqual([]);
  });

  test('a build begins without what one that died has left', async () => {
    await makeTables();
    await beginBuild(deps(), 'full');

    expect(await standing()).toEqual([]);
  });
});
