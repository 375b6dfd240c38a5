import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { literalOf } from '../../../../lambdas/domain/models/literal.ts';
import { type DuckDbEngine, openDuckDb } from '../../../../local/duckdb-engine.ts';

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
});

afterAll(() => engine.close());

async function roundTrip(type: string, value: string | number | null): Promise<unknown> {
  return (await engine.query(`select ${literalOf(type, value)}`)).rows[0]?.[0];
}

describe('a literal', () => {
  test('fault 50: of any text comes back as it was', async () => {
    const texts = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await roundTrip('varchar', text)).toBe(text);
      }),
      { numRuns: 300 },
    );
    for (const text of [`'; drop table t; --`, `\\'`, `''`, `$$x$$`, `' or 1=1 /*`, '\u202e', `"`]) {
      expect(await roundTrip('varchar', text)).toBe(text);
    }
  });

  test('of a time keeps its microseconds', async () => {
    expect(await roundTrip('timestamp(6)', '2026-01-31T10:15:00.000001Z')).toBe('2026-01-31 10:15:00.000001');
    expect(await roundTrip('timestamp(6)', '2026-01-31T10:15:00Z')).toBe('2026-01-31 10:15:00.000000');
  });

  test('of money, a whole number, a date and nothing keeps its value', async () => {
    expect(await roundTrip('decimal(18,4)', '-12345678901234.5678')).toBe('-12345678901234.5678');
    expect(await roundTrip('bigint', 9_007_199_254_740_991)).toBe(9_007_199_254_740_991);
    expect(await roundTrip('date', '2024-02-29')).toBe('2024-02-29');
    expect(await roundTrip('timestamp(6)', null)).toBeNull();
  });

  test.each([
    ['date', "2026-01-01'"],
    ['timestamp(6)', '2026-01-01 10:00:00'],
    ['bigint', '1; drop table t'],
    ['decimal(18,4)', '1e5'],
    ['double', Number.POSITIVE_INFINITY],
    ['varchar', 'a\0b'],
    ['varchar', '\ud800'],
  ])('of %s refuses %j', (type, value) => {
    expect(() => literalOf(type, value)).toThrow(TypeError);
  });
});
