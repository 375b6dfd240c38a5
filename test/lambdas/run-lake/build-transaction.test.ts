import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginBuild, commitBuild, rollBackBuild } from '../../../lambdas/run-lake/build-transaction.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

let engine: DuckDbEngine;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:', threads: 1 });
  await engine.execute('create table events (kind bigint); create table lake (watermark bigint)');
});

afterEach(() => engine.close());

const OF_LATE_EVENTS =
  'select count(*) from events cross join (select max(watermark) as mark from lake) where kind < mark';

/** The tables of the one join, first the one that is read through, then the one that is kept in memory. */
async function joinOrder(): Promise<readonly string[]> {
  const { rows } = await engine.query(`explain (format json) ${OF_LATE_EVENTS}`);
  return [...String(rows[0]?.[1]).matchAll(/"Table": "[a-z.]*?(\w+)"/g)].map(([, table]) => table ?? '');
}

async function fill(): Promise<void> {
  await engine.execute('insert into events select range from range(300000); insert into lake values (5)');
}

test('a full build keeps the right side of a join, whatever it has written', async () => {
  await beginBuild(engine, 'full');
  await fill();

  expect(await joinOrder()).toEqual(['events', 'lake']);
});

test('DuckDB alone keeps the larger side, since it takes what the transaction wrote for empty', async () => {
  await beginBuild(engine, 'incremental');
  await fill();

  expect(await joinOrder()).toEqual(['lake', 'events']);
});

test.each([
  ['committed', commitBuild],
  ['rolled back', rollBackBuild],
])('joins are planned again once a build is %s', async (_end, end) => {
  await beginBuild(engine, 'full');
  await end(engine);

  const { rows } = await engine.query(`select current_setting('disabled_optimizers')`);
  expect(rows).toEqual([['']]);
});
