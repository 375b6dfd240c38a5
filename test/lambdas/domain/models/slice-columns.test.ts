import { describe, expect, test } from 'vitest';
import { loadModels } from '../../../../lambdas/domain/models/model-library.ts';

function file(name: string, fields: string, columns: readonly string[]) {
  const text = `/*\nmodel: ${name}\nmeaning: M.\ngrain: g\n${fields}\ncolumns:\n  ${columns.join('\n  ')}\n*/\nselect 1\n`;
  return { file: `curated/${name}.sql`, text };
}

const VISITS = file('visits', 'key: id\npartition: none\nslice: all', [
  'id varchar | I.',
  'day date | D.',
  'pages bigint | P.',
]);

function library(slice: string, restrict: string, touched: readonly string[] = []) {
  return [
    VISITS,
    file(
      'totals',
      `key: id, day\npartition: none\ninputs: visits\nslice: ${slice} of touched_ids\nrestrict: visits ${restrict} of touched_ids`,
      ['id varchar | I.', 'day date | D.'],
    ),
    file('touched_ids', 'materialization: touched\ninputs: visits', ['id varchar | I.', ...touched]),
  ];
}

describe('the columns by which an incremental run finds rows', () => {
  test('stand on both sides, in one type', () => {
    const dates = ['first_date date | F.', 'last_date date | L.'];

    expect(loadModels(library('id', 'on id')).models).toHaveLength(3);
    expect(loadModels(library('id', 'on id within day', dates)).models).toHaveLength(3);
  });

  test.each([
    ['id, day', 'on id', 'line 8: slice: touched_ids has no column "day"'],
    ['id', 'on code = id', 'line 9: restrict: visits has no column "code"'],
    ['id', 'on id = code', 'line 9: restrict: touched_ids has no column "code"'],
    ['id', 'on pages = id', 'line 9: restrict: visits.pages is bigint, and touched_ids.id varchar'],
    ['id', 'on id within pages', 'line 9: restrict: visits.pages is no date column'],
    [
      'id',
      'on id within day',
      'line 9: restrict: touched_ids has no date column first_date, which within asks for',
    ],
  ])('or slice %s, restricted %s, is an error with file and line', (slice, restrict, message) => {
    expect(() => loadModels(library(slice, restrict))).toThrow(`athena/curated/totals.sql: ${message}`);
  });
});
