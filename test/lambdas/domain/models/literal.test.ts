import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Literal, literalOf } from '../../../../lambdas/domain/models/literal.ts';
import { type DuckDbEngine, openDuckDb } from '../../../../local/duckdb-engine.ts';
import { anyCase, anyText, bytesOf, DOUBLES, EDGES, TEXTS } from './literal-cases.ts';

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
});

afterAll(() => engine.close());

/** Each value by way of one row. */
async function roundTrip(values: readonly (readonly [string, Literal])[]): Promise<readonly unknown[]> {
  const { rows } = await engine.query(`select ${values.map((each) => literalOf(...each)).join(', ')}`);
  return rows[0] ?? [];
}

describe('a literal', () => {
  test('fault 50: of any text comes back as it was', async () => {
    const texts = fc.array(anyText, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, async (some) => {
        const bytes = some.map((text) => `lower(hex(to_utf8(${literalOf('varchar', text)})))`);
        const { rows } = await engine.query(`select ${bytes.join(', ')}`);

        expect(rows).toEqual([some.map(bytesOf)]);
      }),
      { numRuns: 100, examples: [[[...TEXTS]]] },
    );
  });

  test('of any date, time, whole number, decimal or boolean keeps its value, to both ends of its type', async () => {
    const cases = fc.array(anyCase, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cases, async (some) => {
        const given = await roundTrip(some.map(({ type, value }) => [type, value]));

        expect(given.map(String)).toEqual(some.map(({ text }) => text));
      }),
      { numRuns: 100, examples: [[[...EDGES]]] },
    );
  });

  test('of any finite double keeps every bit, the sign of zero too', async () => {
    const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(doubles, async (some) => {
        const given = await roundTrip(some.map((value) => ['double', value]));

        expect(given.every((value, index) => Object.is(value, some[index]))).toBe(true);
      }),
      { numRuns: 100, examples: [[[...DOUBLES]]] },
    );
  });

  test('of nothing has its type', async () => {
    const types = ['varchar', 'bigint', 'timestamp(6)', 'decimal(18,4)'];
    const { columns, rows } = await engine.query(
      `select ${types.map((type) => literalOf(type, null)).join(', ')}`,
    );

    expect(rows).toEqual([[null, null, null, null]]);
    expect(columns.map(({ type }) => type)).toEqual(types);
  });

  test.each<readonly [string, Literal]>([
    ['date', "2026-01-01'"],
    ['date', '2026-02-29'],
    ['date', '0000-12-31'],
    ['date', '10000-01-01'],
    ['timestamp(6)', '2026-01-01 10:00:00'],
    ['timestamp(6)', '2026-01-01T24:00:00Z'],
    ['timestamp(6)', '2026-04-31T10:00:00Z'],
    ['timestamp(6)', '2026-01-01T10:00:00.1234567Z'],
    ['bigint', '1; drop table t'],
    ['bigint', '9223372036854775808'],
    ['bigint', '-9223372036854775809'],
    ['bigint', 1.5],
    ['integer', 2_147_483_648],
    ['decimal(18,4)', '1e5'],
    ['decimal(18,4)', '1.23456'],
    ['decimal(18,4)', '100000000000000'],
    ['decimal(18,4)', '.'],
    ['decimal(18,4)', "1'"],
    ['double', Number.POSITIVE_INFINITY],
    ['varchar', 'a\0b'],
    ['varchar', '\ud800'],
    ['interval', '1'],
  ])('of %s refuses %j', (type, value) => {
    expect(() => literalOf(type, value)).toThrow(TypeError);
  });
});
