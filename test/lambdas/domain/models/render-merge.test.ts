import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableModel } from '../../../../lambdas/domain/models/model.ts';
import { parseModel } from '../../../../lambdas/domain/models/parse-model.ts';
import {
  chunkPartitions,
  renderChanges,
  renderMerge,
} from '../../../../lambdas/domain/models/render-merge.ts';
import { buildModel } from '../../../../lambdas/run-lake/build-model.ts';
import { type DuckDbEngine, openDuckDb } from '../../../../local/duckdb-engine.ts';

let engine: DuckDbEngine;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute('create table given (k varchar, d date, v decimal(18,4))');
});

afterEach(() => engine.close());

function model(partition: string, body = 'select k, d, v from given'): TableModel {
  const parsed = parseModel({
    file: 'curated/t.sql',
    text: `/*
model: t
meaning: T.
grain: one row per k
key: k
partition: ${partition}
slice: all
columns:
  k varchar | K.
  d date not_null | D.
  v decimal(18,4) | V.
*/
${body}
`,
  });
  if (parsed.kind !== 'table') throw new TypeError('no table');
  return parsed;
}

async function giveRows(...rows: readonly string[]): Promise<void> {
  await engine.execute('delete from given');
  for (const row of rows) await engine.execute(`insert into given values (${row})`);
}

async function tableRows(): Promise<readonly unknown[]> {
  return (await engine.query('select k, d, v from t order by k, d')).rows;
}

describe.each(['none', 'd', 'month(d)'])('a table partitioned by %s', (partition) => {
  test('inserts, updates, deletes and moves rows, and a second build changes none', async () => {
    await giveRows(
      `'gone', date '2026-01-01', 1`,
      `'moved', date '2026-01-31', 2`,
      `'same', date '2026-01-01', null`,
      `'other', date '2026-01-02', 3`,
    );
    await buildModel(engine, model(partition), '');
    await giveRows(
      `'moved', date '2026-02-01', 2`,
      `'new', date '2027-12-31', 5`,
      `'same', date '2026-01-01', null`,
      `'other', date '2026-01-02', 3.5`,
    );

    const changes = await buildModel(engine, model(partition), '');

    const isMove = partition !== 'none';
    expect(changes).toMatchObject({
      inserted: isMove ? 2 : 1,
      updated: isMove ? 1 : 2,
      deleted: isMove ? 2 : 1,
    });
    expect(await tableRows()).toEqual([
      ['moved', '2026-02-01', '2.0000'],
      ['new', '2027-12-31', '5.0000'],
      ['other', '2026-01-02', '3.5000'],
      ['same', '2026-01-01', null],
    ]);
    expect(await buildModel(engine, model(partition), '')).toMatchObject({
      inserted: 0,
      updated: 0,
      deleted: 0,
    });
  });
});

test.each([
  ['only comes', [`'a', date '2026-01-01', 1`, `'b', date '2026-01-01', 2`]],
  ['only changes', [`'a', date '2026-01-01', 9`]],
  ['only goes', []],
])('a table of which something %s ends as it should be', async (_, rows) => {
  await giveRows(`'a', date '2026-01-01', 1`);
  await buildModel(engine, model('d'), '');
  await giveRows(...rows);
  await buildModel(engine, model('d'), '');

  const given = await engine.query('select k, d, v from given order by k');
  expect(await tableRows()).toEqual(given.rows);
});

describe('a model whose rows break its header', () => {
  test('fault 40: of one key twice fails before the merge and keeps the table', async () => {
    await giveRows(`'a', date '2026-01-01', 1`);
    await buildModel(engine, model('d'), '');
    await giveRows(`'a', date '2026-01-01', 1`, `'a', date '2026-01-02', 2`);

    await expect(buildModel(engine, model('d'), '')).rejects.toThrow(
      /null or repeated keys \(k, copies\): \(a, 2\)/,
    );
    expect(await tableRows()).toEqual([['a', '2026-01-01', '1.0000']]);
  });

  test('of a null key or a null in a not_null column fails, whether the table is empty or not', async () => {
    await giveRows(`null, date '2026-01-01', 1`);
    await expect(buildModel(engine, model('none'), '')).rejects.toThrow(/null in the key: k/);
    await giveRows(`'a', null, 1`);
    await expect(buildModel(engine, model('none'), '')).rejects.toThrow(
      /null where the header says not_null: d;/,
    );

    await giveRows(`'a', date '2026-01-01', 1`);
    await buildModel(engine, model('none'), '');
    await giveRows(`null, date '2026-01-01', 1`);
    await expect(buildModel(engine, model('none'), '')).rejects.toThrow(/\(null, 1\)/);
    await giveRows(`'a', null, 1`);
    await expect(buildModel(engine, model('none'), '')).rejects.toThrow(
      /null where the header says not_null: d \(1 rows\)/,
    );
  });
});

describe('an empty table', () => {
  test('is filled without a comparison, and a table that lost its rows is filled again', async () => {
    await giveRows(`'a', date '2026-01-01', 1`, `'b', date '2026-02-01', 2`);

    const filled = await buildModel(engine, model('month(d)'), '');
    await engine.execute('delete from t');
    const again = await buildModel(engine, model('month(d)'), '');

    expect(filled).toMatchObject({ inserted: 2, updated: 0, deleted: 0 });
    expect(again).toEqual(filled);
    expect((await tableRows()).length).toBe(2);
  });
});

describe('a table whose header changed', () => {
  test('is made anew with the new columns', async () => {
    await giveRows(`'a', date '2026-01-01', 1`);
    await buildModel(engine, model('d'), '');
    const wider = model('d');
    const column = { name: 'w', type: 'bigint', isNullable: true, meaning: 'W.' };

    const changes = await buildModel(
      engine,
      {
        ...wider,
        columns: [...wider.columns, column],
        body: 'select k, d, v, 7 as w from given',
      },
      '',
    );

    expect(changes.inserted).toBe(1);
    expect((await engine.query('select w from t')).rows).toEqual([[7]]);
  });
});

describe('the text of a merge', () => {
  test('bounds the target by the literal partitions', () => {
    expect(renderMerge(model('d'), 'c', ['2026-01-01', '2026-01-02'])).toContain(
      `target.d in (date '2026-01-01', date '2026-01-02')`,
    );
    expect(renderMerge(model('month(d)'), 'c', ['2026-12-01'])).toContain(
      `(target.d >= date '2026-12-01' and target.d < date '2027-01-01')`,
    );
  });

  test('joins on key and partition', () => {
    expect(renderChanges(model('d'), 'n')).toContain('new_row.k = old_row.k\n  and new_row.d = old_row.d');
    expect(renderChanges(model('none'), 'n')).not.toContain('new_row.d = old_row.d');
  });

  test('takes at most 100 partitions a statement', () => {
    const days = Array.from({ length: 201 }, (_, index) => String(index));

    expect(chunkPartitions(days).map((chunk) => chunk.length)).toEqual([100, 100, 1]);
    expect(chunkPartitions(days).flat()).toEqual(days);
  });

  test.each(['filled', 'merged'])('of 250 daily partitions ends in the whole table, %s', async (how) => {
    await giveRows(...(how === 'merged' ? [`'0', date '2025-01-01', 1`] : []));
    if (how === 'merged') await buildModel(engine, model('d'), '');
    await engine.execute(
      `insert into given select 'k' || cast(i as varchar), cast(date '2026-01-01' + cast(i as integer) as date), i from range(250) r(i)`,
    );

    const changes = await buildModel(engine, model('d'), '');

    expect(changes.inserted).toBe(250);
    expect((await tableRows()).length).toBe(how === 'merged' ? 251 : 250);
  });
});
