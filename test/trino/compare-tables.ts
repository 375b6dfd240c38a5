import type { TableModel } from '../../lambdas/domain/models/model.ts';
import type { SqlEngine } from '../../lambdas/ports/sql-engine.ts';

/** Names the run that staged a row, and each lake counts its own runs. */
const OWN_TO_THE_LAKE: ReadonlySet<string> = new Set(['staged_by']);

/** The rows of a table as sorted texts that do not depend on the engine. */
export async function rowsOf(engine: SqlEngine, table: TableModel): Promise<readonly string[]> {
  const columns = table.columns.filter(({ name }) => !OWN_TO_THE_LAKE.has(name));
  const { rows } = await engine.query(
    `select ${columns.map(({ name }) => name).join(', ')} from ${table.name}`,
  );
  return rows
    .map((row) => row.map((cell, index) => `${columns[index]?.name}=${String(cell)}`).join(' '))
    .sort();
}

/** The rows that only one side has, a few of each; empty lists when the tables are equal. */
export function difference(
  left: readonly string[],
  right: readonly string[],
): { readonly onlyLeft: readonly string[]; readonly onlyRight: readonly string[] } {
  return { onlyLeft: without(left, right), onlyRight: without(right, left) };
}

/** As many copies as `taken` has are taken away. */
function without(rows: readonly string[], taken: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of taken) counts.set(row, (counts.get(row) ?? 0) + 1);
  const left: string[] = [];
  for (const row of rows) {
    const count = counts.get(row) ?? 0;
    if (count === 0) left.push(row);
    else counts.set(row, count - 1);
  }
  return left.slice(0, 3);
}
