import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  beginBuild,
  commitBuild,
  commitStep,
  rollBackBuild,
} from '../../../lambdas/run-lake/build-transaction.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

let engine: DuckDbEngine;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:', threads: 1 });
  await engine.execute('create table events (kind bigint); create table marks (mark bigint)');
});

afterEach(() => engine.close());

async function fill(): Promise<void> {
  await engine.execute('insert into events select range from range(300000); insert into marks values (5)');
}

const OF_LATE_EVENTS =
  'select count(*) from events cross join (select max(mark) as mark from marks) where kind < mark';

/** The tables of the one join, first the one that is read through, then the one that is kept in memory. */
async function joinOrder(): Promise<readonly string[]> {
  const { rows } = await engine.query(`explain (format json) ${OF_LATE_EVENTS}`);
  return [...String(rows[0]?.[1]).matchAll(/"Table": "[a-z.]*?(\w+)"/g)].map(([, table]) => table ?? '');
}

async function eventsAfter(end: (engine: DuckDbEngine) => Promise<void>): Promise<unknown> {
  await end(engine);
  return (await engine.query('select count(*) from events')).rows[0]?.[0];
}

test('DuckDB keeps the larger side in memory, since it takes what its transaction wrote for empty', async () => {
  await beginBuild(engine);
  await fill();

  expect(await joinOrder()).toEqual(['marks', 'events']);
});

test('after a step of a full build it knows which side is larger', async () => {
  await beginBuild(engine);
  await fill();
  await commitStep(engine, 'full');

  expect(await joinOrder()).toEqual(['events', 'marks']);
});

test('a full build that fails leaves the steps that it has done, and nothing of the one in which it failed', async () => {
  await beginBuild(engine);
  await fill();
  await commitStep(engine, 'full');
  await fill();

  expect(await eventsAfter(rollBackBuild)).toBe(300_000);
});

test('an incremental run that fails leaves nothing', async () => {
  await beginBuild(engine);
  await fill();
  await commitStep(engine, 'incremental');

  expect(await eventsAfter(rollBackBuild)).toBe(0);
});

test('what is committed stays, and needs no rolling back', async () => {
  await beginBuild(engine);
  await fill();
  await commitBuild(engine);

  expect(await eventsAfter(rollBackBuild)).toBe(300_000);
});
