import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintSql } from './sql-lint.ts';

const ATHENA = join(import.meta.dirname, '..', '..', 'athena');

function sqlFiles(): readonly string[] {
  return readdirSync(ATHENA, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

describe('the SQL of the models', () => {
  test('was read', () => {
    expect(sqlFiles().length).toBeGreaterThan(45);
  });

  for (const file of sqlFiles()) {
    test(`keeps to what both engines say alike: ${file}`, () => {
      expect(lintSql(readFileSync(join(ATHENA, file), 'utf8'))).toEqual([]);
    });
  }
});

describe('the lint finds', () => {
  const BAD: readonly string[] = [
    'select a from t qualify row_number() over (order by a) = 1',
    'select a, count(*) from t group by all',
    'select a::bigint from t',
    'select cast(a as timestamp) from t',
    "select date_diff('hour', a, b) from t",
    'select avg(price) from t',
    'select approx_distinct(a) from t',
    'select lag(a ignore nulls) over (order by b) from t',
    'with recursive t as (select 1) select a from t',
    'select list[1] from t',
    'select a from t limit 10',
    'select * from t',
    'select row_number() over (partition by a) from t',
    'select lag(coalesce(a, b)) over (partition by lower(a)) from t',
    "select a + interval '1' week from t",
    'select current_timestamp from t',
    'select epoch(a) from t',
    'SELECT a from t',
    'select a from t;',
    `select ${'a'.repeat(100)} from t`,
  ];
  for (const sql of BAD) {
    test(sql.slice(0, 70), () => {
      expect(lintSql(sql)).not.toEqual([]);
    });
  }

  test('nothing in headers, comments, texts in quotes, or the DuckDB text of a source', () => {
    const sql = [
      '/*',
      'meaning: QUALIFY; a::b',
      '*/',
      '-- dialect: duckdb',
      'select unnest(x) from t limit 1',
      '',
      '-- dialect: trino',
      '-- LIMIT 10; avg(x)',
      'select \'Limit [1];\' as a, row_number() over (order by "$Path") as b from t',
      '',
    ].join('\n');

    expect(lintSql(sql)).toEqual([]);
  });

  test('where it is', () => {
    expect(lintSql('select a\nfrom t\nlimit 3')[0]?.line).toBe(3);
  });
});
