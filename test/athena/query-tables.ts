import { literalOf } from '../../lambdas/domain/models/literal.ts';
import { identifier } from '../../lambdas/domain/models/render-table.ts';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import type { BuiltRows } from './build-models.ts';
import { modelOf } from './harness.ts';
import { givenAgain } from './rows.ts';

/** Asks a question of built tables, as somebody who reads the lake would; rows in the order of the question. */
export async function queryTables(
  sql: string,
  tables: Readonly<Record<string, BuiltRows>>,
): Promise<BuiltRows> {
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    for (const [name, rows] of Object.entries(tables)) {
      const { columns } = modelOf(name);
      const declared = columns.map((column) => `${identifier(column.name)} ${column.type}`);
      await engine.execute(`create table ${name} (${declared.join(', ')})`);
      const tuples = givenAgain(rows).map(
        (row) => `(${columns.map((column) => literalOf(column.type, row[column.name] ?? null)).join(', ')})`,
      );
      if (tuples.length > 0) await engine.execute(`insert into ${name} values ${tuples.join(', ')}`);
    }
    const result = await engine.query(sql);
    return result.rows.map((row) =>
      Object.fromEntries(result.columns.map((column, index) => [column.name, row[index] ?? null])),
    );
  } finally {
    engine.close();
  }
}
