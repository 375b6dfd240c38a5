import { describe, expect, test } from 'vitest';
import { CHANNELS, DEVICES } from '../../lambdas/domain/events/contract.ts';
import { EVENT_TYPES } from '../../lambdas/domain/events/event-types.ts';
import { REJECTION_REASONS } from '../../lambdas/domain/events/rejection.ts';
import { UNIT_KINDS } from '../../lambdas/domain/funnels.ts';
import { tableChecks } from '../../lambdas/domain/models/render-column-checks.ts';
import { assertChecks, assertColumns } from '../../lambdas/run-lake/assert-columns.ts';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import { readModels } from '../../local/model-files.ts';
import { lintSql } from './sql-lint.ts';

const library = readModels();

test('every SELECT gives the columns of its header, in their types, and every check can run', async () => {
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    await assertColumns(engine, library.models);
    await assertChecks(engine, library);
  } finally {
    engine.close();
  }
});

/** Tables that stand between staged events and what people query, where the same words are tested. */
const BETWEEN = ['device_days', 'session_summary', 'stg_order_events', 'stg_repeats'];

/** The lists that code holds, by the columns that carry their words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  event_type: EVENT_TYPES,
  step_name: EVENT_TYPES,
  channel: CHANNELS,
  first_channel: CHANNELS,
  device: DEVICES,
  unit_kind: UNIT_KINDS,
  order_source: ['web', 'fakestore'],
};

describe('the accepted values of a column', () => {
  const listed = library.models.flatMap((model) =>
    model.columns.flatMap((column) =>
      (column.tests ?? []).flatMap((each) =>
        each.kind === 'in' ? [{ model, name: column.name, values: each.values }] : [],
      ),
    ),
  );

  test('are those of the code, and unknown where a table says so for what is absent', () => {
    const known = listed.filter(({ name }) => name in WORDS);

    expect(known.length).toBeGreaterThan(15);
    for (const { model, name, values } of known) {
      const words = values.filter((value) => value !== 'unknown');
      expect({ model: model.name, name, words }).toEqual({ model: model.name, name, words: WORDS[name] });
    }
    expect(listed.find(({ name }) => name === 'reason')?.values).toEqual(REJECTION_REASONS);
  });

  test('stand on every column that carries such words', () => {
    const tables = library.models.filter(({ kind, name }) => kind === 'table' && !BETWEEN.includes(name));
    const untested = tables.flatMap((model) =>
      model.columns
        .filter(({ name, tests }) => name in WORDS && tests?.some(({ kind }) => kind === 'in') !== true)
        .map(({ name }) => `${model.name}.${name}`),
    );

    expect(untested).toEqual([]);
  });
});

test('the tests of columns are said in the SQL that both engines understand', () => {
  const tables = tableChecks(library.models);

  expect(tables.length).toBeGreaterThan(15);
  for (const { checks, countsSql } of tables) {
    for (const sql of [countsSql, ...checks.map(({ body }) => body)]) {
      expect(lintSql(`/*\n*/\n${sql}\n`).filter(({ message }) => !/100 characters/.test(message))).toEqual(
        [],
      );
    }
  }
});
