import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../../lambdas/domain/models/column-tests.ts';
import { loadModels } from '../../../../lambdas/domain/models/model-library.ts';

describe('the flags of a column', () => {
  test('are not_null and tests, each an error unless it says warn', () => {
    const text = 'not_null unique:warn in(a, b-1,c.d) references(dim_product.product_id):error';

    expect(parseFlags('varchar', text)).toEqual({
      isNullable: false,
      tests: [
        { kind: 'unique', severity: 'warn' },
        { kind: 'in', severity: 'error', values: ['a', 'b-1', 'c.d'] },
        { kind: 'references', severity: 'error', table: 'dim_product', column: 'product_id' },
      ],
    });
    expect(parseFlags('date', '')).toEqual({ isNullable: true, tests: [] });
  });

  test('accept whole numbers for a column of whole numbers', () => {
    expect(parseFlags('bigint', 'in(-1, 12)').tests).toEqual([
      { kind: 'in', severity: 'error', values: ['-1', '12'] },
    ]);
  });

  test.each([
    [
      'varchar',
      'uniq',
      /"uniq" is no flag; allowed: not_null, unique, in\(a, b\), references\(table\.column\)/,
    ],
    ['varchar', 'not_null:warn', /"not_null:warn" is no flag/],
    ['varchar', 'unique(a)', /"unique\(a\)" is no flag/],
    ['varchar', 'unique unique:warn', /"unique" stands twice/],
    ['varchar', 'unique:fatal', /"unique:fatal" has no severity "fatal"; allowed: error, warn/],
    ['varchar', 'in', /"in" holds ""; allowed: words/],
    ['varchar', 'in()', /"in\(\)" holds ""; allowed: words/],
    ['varchar', 'in(a, b', /"in\(a, b" is no flag/],
    ['varchar', "in(a', 'b)", /holds "a'"; allowed: words of letters, digits and _ \. : -/],
    ['varchar', 'in(a, b, a)', /holds "a" twice/],
    ['bigint', 'in(1, two)', /holds "two"; allowed: whole numbers/],
    ['date', 'in(a)', /"in\(a\)" is for varchar, bigint and integer, not for date/],
    ['varchar', 'references(dim_product)', /is written references\(table\.column\)/],
    ['varchar', 'references(a.b.c)', /is written references\(table\.column\)/],
    ['varchar', 'references(a.b; drop table t)', /is written references\(table\.column\)/],
    ['varchar', ')', /"\)" is no flag/],
  ])('of type %s as "%s" are refused, with what is allowed', (type, text, message) => {
    expect(() => parseFlags(type, text)).toThrow(message);
  });
});

function table(name: string, lines: readonly string[], fields = 'slice: all') {
  const header = `model: ${name}\nmeaning: M.\ngrain: g\nkey: id\npartition: none\n${fields}`;
  return {
    file: `curated/${name}.sql`,
    text: `/*\n${header}\ncolumns:\n  ${['id varchar | Key.', ...lines].join('\n  ')}\n*/\nselect 1\n`,
  };
}

const SCRATCH = {
  file: 'curated/of_one_run.sql',
  text: '/*\nmodel: of_one_run\nmeaning: M.\ngrain: g\nmaterialization: scratch\ncolumns:\n  id varchar | I.\n*/\nselect 1\n',
};

describe('the tests of columns', () => {
  test('stand in the library with their columns', () => {
    const { models } = loadModels([table('a', ['b_id varchar references(b.id):warn | B.']), table('b', [])]);

    expect(models[0]?.columns[1]?.tests).toEqual([
      { kind: 'references', severity: 'warn', table: 'b', column: 'id' },
    ]);
  });

  test.each([
    ['no such table', 'b_id varchar references(c.id) | B.', 'references: no model is called "c"'],
    [
      'no such column',
      'b_id varchar references(b.code) | B.',
      'references: b has no column "code"; it has id, day',
    ],
    ['another type', 'b_id bigint references(b.id) | B.', 'references: it is bigint, and b.id varchar'],
    ['no part of a key', 'b_id date references(b.day) | B.', 'references: b.day is no part of its key (id)'],
    [
      'a table of one run',
      'b_id varchar references(of_one_run.id) | B.',
      'references: of_one_run is no table that stays; allowed: tables and sources of rows',
    ],
  ])('that name %s are an error with file and line', (_, line, message) => {
    const files = [table('a', [line]), table('b', ['day date | D.']), SCRATCH];

    expect(() => loadModels(files)).toThrow(`athena/curated/a.sql: line 10: b_id: ${message}`);
  });

  test('of a key alone, of itself, or of what is no table, are an error', () => {
    const itself = {
      ...table('a', []),
      text: table('a', []).text.replace('id varchar', 'id varchar references(a.id)'),
    };
    const unique = {
      ...table('a', []),
      text: table('a', []).text.replace('id varchar', 'id varchar unique'),
    };
    const scratch = { ...SCRATCH, text: SCRATCH.text.replace('varchar', 'varchar unique') };

    expect(() => loadModels([itself])).toThrow(/line 9: id: references: a column refers to itself/);
    expect(() => loadModels([unique])).toThrow(/line 9: id: unique: it is the key, which is asserted before/);
    expect(() => loadModels([scratch])).toThrow(
      /line 7: id: only columns of a table have tests, and this is a scratch/,
    );
  });

  test('and checks have one name each', () => {
    const check = {
      file: 'checks/a_kind_in.sql',
      text: '/*\ncheck: a_kind_in\nseverity: warn\nmeaning: M.\ninputs: a\n*/\nselect 1\n',
    };

    expect(() => loadModels([table('a', ['kind varchar in(x) | K.']), check])).toThrow(
      'athena/curated/a.sql: a_kind_in is declared in athena/checks/a_kind_in.sql too',
    );
  });
});

describe('a cycle of inputs', () => {
  test('is told in its order, without the models that only hang on it', () => {
    const files = [
      table('a_reader', [], 'slice: all\ninputs: c'),
      table('b', [], 'slice: all\ninputs: c'),
      table('c', [], 'slice: all\ninputs: e, d'),
      table('d', [], 'slice: all\ninputs: b'),
      table('e', []),
    ];

    expect(() => loadModels(files)).toThrow(
      'athena/curated/c.sql: a cycle of inputs: c (athena/curated/c.sql) reads d (athena/curated/d.sql) reads b (athena/curated/b.sql) reads c (athena/curated/c.sql)',
    );
  });

  test('may be of one model', () => {
    expect(() => loadModels([table('a', [], 'slice: all\ninputs: a')])).toThrow(
      'athena/curated/a.sql: a cycle of inputs: a (athena/curated/a.sql) reads a (athena/curated/a.sql)',
    );
  });
});

describe('a name', () => {
  test.each(['a-b', 'A', '1a', 'a"b', 'a b', 'orders_changes', 'orders_new_rows'])(
    'cannot be %s, since it stands in SQL as it is',
    (name) => {
      expect(() => loadModels([table(name, [])])).toThrow(/cannot be a name; allowed: lower-case letters/);
    },
  );

  test('of a column is a plain one too, whatever its header says', () => {
    for (const name of ['a-b', 'A', '"a"', "a'", 'a;', '$other']) {
      expect(() => loadModels([table('a', [`${name} varchar | N.`])])).toThrow(/is no column name/);
    }
  });
});
