import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SqlError } from '../../lambdas/ports/sql-engine.ts';
import { duckDbUnderTest, rowOf } from './duckdb-under-test.ts';
import { failureOf } from './failure-of.ts';

const duckDb = duckDbUnderTest();

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

describe('values', () => {
  it('a decimal keeps its full scale as text', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      `select cast('12.5' as decimal(18,4)), cast('-0.05' as decimal(4,2)), cast('7' as decimal(3,0)),
              cast('99999999999999999999999999999999.9999' as decimal(38,4))`,
    );

    expect(row).toEqual(['12.5000', '-0.05', '7', '99999999999999999999999999999999.9999']);
  });

  it('a timestamp always has six places and a date none', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      `select timestamp '2026-01-31 23:59:59.123456', timestamp '2026-01-31 00:00:00',
              timestamp '1969-12-31 23:59:59.999999', date '2026-02-28',
              timestamptz '2026-01-01 00:00:00.5+02', timestamp '0001-01-01 00:00:00'`,
    );

    expect(row).toEqual([
      '2026-01-31 23:59:59.123456',
      '2026-01-31 00:00:00.000000',
      '1969-12-31 23:59:59.999999',
      '2026-02-28',
      '2025-12-31 22:00:00.500000 UTC',
      '0001-01-01 00:00:00.000000',
    ]);
  });

  it('an integer is a number up to 2^53 and a bigint beyond it', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      'select 9007199254740991::bigint, 9007199254740992::bigint, -9007199254740992::hugeint, sum(1)',
    );

    expect(row).toEqual([9007199254740991, 9007199254740992n, -9007199254740992n, 1]);
  });

  it('doubles, booleans, bytes and nulls come through', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      `select 0.1::double + 0.2::double, 'nan'::double, true, null, null::decimal(18,4), to_utf8('é')`,
    );

    expect(row).toEqual([0.1 + 0.2, Number.NaN, true, null, null, 'c3a9']);
  });

  it('nested values come as JSON text', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      `select [1.50::decimal(5,2), null], {'a': date '2026-01-01', 'b': [true]}, map {'k': 9007199254740993}`,
    );

    expect(row).toEqual(['["1.50",null]', '{"a":"2026-01-01","b":[true]}', '{"k":"9007199254740993"}']);
  });

  it('columns carry the names and types that models declare', async () => {
    const engine = await duckDb.open();

    const { columns } = await engine.query(
      `select 1::bigint as a, 1::decimal(18,4) as b, timestamp '2026-01-01' as c, 'x' as d, 1::double as e,
              date '2026-01-01' as f, true as g, 1::integer as h`,
    );

    expect(columns).toEqual([
      { name: 'a', type: 'bigint' },
      { name: 'b', type: 'decimal(18,4)' },
      { name: 'c', type: 'timestamp(6)' },
      { name: 'd', type: 'varchar' },
      { name: 'e', type: 'double' },
      { name: 'f', type: 'date' },
      { name: 'g', type: 'boolean' },
      { name: 'h', type: 'integer' },
    ]);
  });

  it('a text of any code points survives a round trip through a table', async () => {
    const engine = await duckDb.open();
    await engine.execute('create table texts (value varchar)');
    const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'));

    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await engine.execute(`delete from texts; insert into texts values (${quoted(text)})`);

        expect(await rowOf(engine, 'select value from texts')).toEqual([text]);
      }),
      { numRuns: 100 },
    );
    expect(await rowOf(engine, `select 'a' || chr(0) || 'b'`)).toEqual(['a\0b']);
  });

  it('a statement that holds a NUL is refused, since the engine would run its beginning alone', async () => {
    const engine = await duckDb.open();

    const error = await failureOf(engine.execute('select 1; \0 select 2'));

    expect(error).toBeInstanceOf(SqlError);
    expect(String(error)).toContain('NUL');
  });
});
