import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableModel } from '../../../lambdas/domain/models/model.ts';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { datesAt, oldRowsOf, TouchedDates } from '../../../lambdas/run-lake/touched-dates.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { sql } from './toy-lake.ts';

const LIBRARY = loadModels([
  sql(
    'staging/visits.sql',
    'grain: visit\nkey: visit_id\npartition: month(visit_date)\nslice: visit_id of touched_visits',
    ['visit_id varchar | V.', 'visit_date date | D.'],
    'select 1',
  ),
  sql(
    'touched/touched_visits.sql',
    'grain: visit\nmaterialization: touched',
    ['visit_id varchar | V.', 'first_date date | F.', 'last_date date | L.'],
    'select 1',
  ),
  sql(
    'curated/days.sql',
    'grain: day\nkey: visit_date\npartition: visit_date\nslice: visit_date of touched_days\nrestrict: visits within visit_date of touched_visits\ninputs: visits',
    ['visit_date date | D.'],
    'select 1 from visits',
  ),
  sql(
    'touched/touched_days.sql',
    'grain: day\nmaterialization: touched',
    ['visit_date date | D.'],
    'select 1',
  ),
]);

const tableOf = (name: string): TableModel => {
  const model = LIBRARY.models.find((candidate) => candidate.name === name);
  if (model?.kind !== 'table') throw new Error(`no table ${name}`);
  return model;
};

let engine: DuckDbEngine;
let asked: string[];
let dates: TouchedDates;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  asked = [];
  const listening: SqlEngine = {
    dialect: 'duckdb',
    execute: (statement) => engine.execute(statement),
    query: (statement) => {
      asked.push(statement);
      return engine.query(statement);
    },
  };
  dates = new TouchedDates(listening, LIBRARY);
  await engine.execute('create table visits (visit_id varchar, visit_date date)');
  await engine.execute('create table touched_visits (visit_id varchar, first_date date, last_date date)');
  await engine.execute('create table touched_days (visit_date date)');
});

afterEach(() => engine.close());

describe('of a set of touched keys', () => {
  test('one statement tells whether there are any, their dates, and where old rows of them stand', async () => {
    await engine.execute(`insert into visits values ('a', date '2026-01-10'), ('b', date '2026-05-01')`);
    await engine.execute(
      `insert into touched_visits values ('a', date '2026-02-01', date '2026-02-02'), ('c', null, null)`,
    );

    const answer = await dates.of('touched_visits');
    await dates.of('touched_visits');

    expect(answer?.get(datesAt('first_date', 'last_date'))).toEqual([
      { first: '2026-02-01', last: '2026-02-02' },
    ]);
    expect(answer?.get(oldRowsOf(tableOf('visits')) ?? '')).toEqual([
      { first: '2026-01-01', last: '2026-01-31' },
    ]);
    expect(asked).toHaveLength(1);
  });

  test('keys that bear no date are keys', async () => {
    await engine.execute('insert into touched_days values (null)');

    const answer = await dates.of('touched_days');

    expect(answer).not.toBeNull();
    expect(answer?.get(oldRowsOf(tableOf('days')) ?? '')).toBeUndefined();
  });

  test('an empty one is known to be empty until it is made anew', async () => {
    expect(await dates.of('touched_days')).toBeNull();
    await engine.execute(`insert into touched_days values (date '2026-01-10')`);
    expect(await dates.of('touched_days')).toBeNull();
    dates.forget('touched_days');

    expect((await dates.of('touched_days'))?.get(datesAt('visit_date', 'visit_date'))).toEqual([
      { first: '2026-01-10', last: '2026-01-10' },
    ]);
  });
});
