import { describe, expect, test } from 'vitest';
import { loadModels } from '../../../../lambdas/domain/models/model-library.ts';
import { parseCheck, parseModel } from '../../../../lambdas/domain/models/parse-model.ts';

const GOOD = `/*
model: visits
meaning: One visit.
grain: one row per visit
key: visit_id
partition: month(visit_date)
inputs: raw_visits, devices
slice: visit_id of touched_visits
restrict: raw_visits on id = visit_id, kind within visit_date of touched_visits
columns:
  visit_id varchar | The visit.
  visit_date date | Its day.
  revenue decimal(18,4) | Money, a | b.
*/
select 1;
`;

function changed(from: string, to: string): { file: string; text: string } {
  return { file: 'curated/visits.sql', text: GOOD.replace(from, to) };
}

describe('a model file', () => {
  test('is read with its key, partition, slice, restrictions and columns', () => {
    const model = parseModel({ file: 'curated/visits.sql', text: GOOD });

    expect(model).toMatchObject({
      kind: 'table',
      name: 'visits',
      key: ['visit_id'],
      partition: { kind: 'month', column: 'visit_date' },
      inputs: ['raw_visits', 'devices'],
      slice: { kind: 'keys', columns: ['visit_id'], touched: 'touched_visits' },
      isState: false,
      restrictions: [
        {
          input: 'raw_visits',
          on: [
            { column: 'id', key: 'visit_id' },
            { column: 'kind', key: 'kind' },
          ],
          within: 'visit_date',
          touched: 'touched_visits',
        },
      ],
      body: 'select 1',
    });
    expect(model.columns).toEqual([
      { name: 'visit_id', type: 'varchar', isNullable: false, meaning: 'The visit.' },
      { name: 'visit_date', type: 'date', isNullable: false, meaning: 'Its day.' },
      { name: 'revenue', type: 'decimal(18,4)', isNullable: true, meaning: 'Money, a | b.' },
    ]);
  });

  test.each([
    ['model: visits', 'model: visit', /"visit" is not the file's name "visits"/],
    ['grain: one row per visit', 'grian: x', /line 4: "grian: x" is no field; allowed: model, meaning/],
    ['key: visit_id', 'key: visit', /"visit" of key or partition is no column/],
    ['key: visit_id', 'key: none', /key: a table needs one/],
    ['month(visit_date)', 'day(visit_date)', /partition: "day\(visit_date\)"; allowed: none/],
    ['month(visit_date)', 'revenue', /partition: revenue is decimal\(18,4\), must be a date/],
    [
      'slice: visit_id of touched_visits',
      'slice: days',
      /slice: "days"; allowed: all, or "column, column of/,
    ],
    ['slice: visit_id', 'slice: visit_date', /slice: visit_date is no part of the key/],
    ['restrict: raw_visits on', 'restrict: raw_visits by', /restrict: "raw_visits by .*" is written as/],
    ['varchar | The visit.', 'text | The visit.', /line 11: "text" is no type; allowed: varchar/],
    [
      'varchar | The visit.',
      'varchar uniq | The visit.',
      /line 11: "uniq" is no flag; allowed: not_null, unique/,
    ],
    [' | Its day.', '', /line 12: column visit_date says no meaning/],
    ['visit_date date', 'visit_id date', /column visit_id stands twice/],
    ['meaning: One visit.\n', '', /meaning: is missing/],
    ['select 1;', '', /has no SELECT behind its header/],
    ['/*\n', '', /does not begin with a header comment/],
  ])('with "%s" written as "%s" is refused, with the reason', (from, to, message) => {
    expect(() => parseModel(changed(from, to))).toThrow(message);
  });

  test('of a source has one text, or needs both', () => {
    const header = `/*
model: raw_items
meaning: Items.
grain: one row per item
materialization: source
origin: select
columns:
  item varchar | The item.
*/
`;
    const duckdb = '-- dialect: duckdb\nselect 1 as item\n';
    const trino = '-- dialect: trino\nselect 2 as item;\n';
    const parse = (text: string) => parseModel({ file: 'sources/raw_items.sql', text: `${header}${text}` });

    expect(parse('select 3 as item;\n')).toMatchObject({
      bodies: { duckdb: 'select 3 as item', trino: 'select 3 as item' },
    });
    expect(parse(duckdb + trino)).toMatchObject({
      bodies: { duckdb: 'select 1 as item', trino: 'select 2 as item' },
    });
    for (const text of ['', duckdb, trino, `select 3 as item\n${duckdb}${trino}`])
      expect(() => parse(text)).toThrow(/needs one SELECT, or one behind "-- dialect: duckdb"/);
  });
});

describe('a check file', () => {
  test('has a severity of two', () => {
    const text = '/*\ncheck: sane\nseverity: fatal\nmeaning: Sane.\ninputs: visits\n*/\nselect 1\n';

    expect(() => parseCheck({ file: 'checks/sane.sql', text })).toThrow(
      /severity: "fatal"; allowed: error, warn/,
    );
  });
});

describe('a library of models', () => {
  function scratch(name: string, inputs: string): { file: string; text: string } {
    const header = `model: ${name}\nmeaning: M.\ngrain: g\nmaterialization: scratch\ninputs: ${inputs}\ncolumns:\n  a varchar | A.`;
    return { file: `staging/${name}.sql`, text: `/*\n${header}\n*/\nselect 1\n` };
  }

  test('stands in build order, whatever the order of the files', () => {
    const files = [scratch('a', 'c'), scratch('b', 'none'), scratch('c', 'b')];

    const names = loadModels(files).models.map((model) => model.name);

    expect(names).toEqual(['b', 'c', 'a']);
    expect(loadModels([...files].reverse()).models.map((model) => model.name)).toEqual(names);
  });

  test('names an unknown input, a cycle and a name taken twice', () => {
    expect(() => loadModels([scratch('a', 'z')])).toThrow(
      'athena/staging/a.sql: line 6: inputs: no model is called "z"',
    );
    expect(() => loadModels([scratch('a', 'b'), scratch('b', 'a')])).toThrow(
      'athena/staging/a.sql: a cycle of inputs: a (athena/staging/a.sql) reads b (athena/staging/b.sql) reads a (athena/staging/a.sql)',
    );
    const twin = { ...scratch('a', 'none'), file: 'curated/a.sql' };
    expect(() => loadModels([scratch('a', 'none'), twin])).toThrow(
      'athena/staging/a.sql: a is declared in athena/curated/a.sql too',
    );
  });
});
