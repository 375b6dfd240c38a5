import { textLiteral } from '../domain/models/literal.ts';
import { ModelError, type SourceModel } from '../domain/models/model.ts';
import { renderInserts } from '../domain/models/render-source.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { SourceRow } from './source-rows.ts';

/** Far below the engines' limit of text. */
const IDS_PER_DELETE = 500;

/** Of ledger rows that stand already, since a run died before it marked them, the rows are replaced. */
export async function addRows(
  engine: SqlEngine,
  source: SourceModel,
  { rows, ledgerIds }: { readonly rows: readonly SourceRow[]; readonly ledgerIds: readonly string[] },
): Promise<void> {
  for (let start = 0; start < ledgerIds.length; start += IDS_PER_DELETE) {
    const ids = ledgerIds
      .slice(start, start + IDS_PER_DELETE)
      .map(textLiteral)
      .join(', ');
    await engine.execute(`delete from ${source.name} where ledger_id in (${ids})`);
  }
  await insertRows(engine, source, rows);
}

/** The table then holds these rows alone. */
export async function replaceRows(
  engine: SqlEngine,
  source: SourceModel,
  rows: readonly SourceRow[],
): Promise<void> {
  await engine.execute(`delete from ${source.name}`);
  await insertRows(engine, source, rows);
}

export async function insertRows(
  engine: SqlEngine,
  source: SourceModel,
  rows: readonly SourceRow[],
): Promise<void> {
  const cells = rows.map((row) =>
    source.columns.map((column) => {
      const value = row[column.name];
      if (value === undefined) throw new ModelError(source.file, `nothing gives the column ${column.name}`);
      return value;
    }),
  );
  for (const statement of renderInserts(source, cells)) await engine.execute(statement);
}
