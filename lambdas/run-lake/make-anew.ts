import type { ScratchModel, TableModel } from '../domain/models/model.ts';
import { wholeBody } from '../domain/models/render-slice.ts';
import { renderTableAs, type TableTarget } from '../domain/models/render-table.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';

/** Keeps the rows of a SELECT under a name, since several statements read them; one left by a killed run goes. */
export async function makeAnew(
  engine: SqlEngine,
  name: string,
  select: string,
  target: TableTarget,
): Promise<void> {
  if (target.dialect !== 'duckdb') await engine.execute(`drop table if exists ${name}`);
  await engine.execute(renderTableAs(name, select, target));
}

/** A model's SELECT, whole unless another body is given, with exactly the declared columns, in their order and types. */
export function typedSelect(model: TableModel | ScratchModel, body: string = wholeBody(model)): string {
  const columns = model.columns.map((column) => `  cast(${column.name} as ${column.type}) as ${column.name}`);
  return `select\n${columns.join(',\n')}\nfrom (\n${body}\n) as body`;
}
