import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SQL_DIALECTS } from '../../../lambdas/domain/models/dialect.ts';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import { explainModel } from '../../../lambdas/run-lake/explain-model.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { readModels } from '../../../local/model-files.ts';

const PLACES = { objectsRoot: 's3://raw/', warehouse: 's3://lake/tables', rawSchema: 'hive.raw' };

const FILES = [
  {
    file: 'staging/numbers.sql',
    text: `/*
model: numbers
meaning: M.
grain: number
materialization: scratch
columns:
  n bigint | N.
*/
select range as n from range(3)`,
  },
  {
    file: 'curated/days.sql',
    text: `/*
model: days
meaning: M.
grain: day
key: day
partition: day
slice: all
inputs: numbers
columns:
  day date not_null | D.
  n bigint | N.
*/
select date '2026-01-01' as day, max(n) as n from numbers`,
  },
];

let engine: DuckDbEngine;
beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
});
afterAll(() => engine.close());

describe('explaining a model', () => {
  test('gives the statements that build it: run one after the other, they do', async () => {
    for (const model of loadModels(FILES).models) {
      for (const { sql } of explainModel(model, 'duckdb', PLACES)) await engine.execute(sql);
    }

    expect((await engine.query('select * from days')).rows).toEqual([['2026-01-01', 2]]);
  });

  test.each(SQL_DIALECTS)(
    'works for every model in %s, each statement below the limit of Athena',
    (dialect) => {
      for (const model of readModels().models) {
        const statements = explainModel(model, dialect, PLACES);

        expect(statements.length, model.name).toBeGreaterThan(0);
        for (const { sql } of statements) expect(Buffer.byteLength(sql), model.name).toBeLessThan(262_144);
        if (model.kind === 'table')
          expect(statements.at(-1)?.sql).toMatch(dialect === 'duckdb' ? /^insert into/ : /^merge into/);
      }
    },
  );
});
