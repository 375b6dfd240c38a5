import type { Model, TableModel } from '../domain/models/model.ts';
import {
  renderCountsTogether,
  renderRowsToCheck,
  type TableChecks,
  tableChecks,
} from '../domain/models/render-column-checks.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { reportOf } from './run-checks.ts';
import type { CheckReport, RunRecord } from './run-record.ts';

/** So many tables of which only changed rows are looked at share a statement: engines bound its joins. */
const TABLES_TOGETHER = 5;

/**
 * Runs the tests of the headers' columns, and one statement more for the examples of each that found bad rows. An
 * incremental run stands behind one in which no test of severity `error` found any, and looks only at rows in which
 * that can have changed; tables with a `warn` among their tests are looked at whole. A whole table has a statement of its
 * own. Throws SqlError.
 */
export async function runColumnChecks(
  engine: SqlEngine,
  models: readonly Model[],
  run: Pick<RunRecord, 'mode' | 'models'>,
): Promise<readonly CheckReport[]> {
  const isWhole = (model: TableModel) => run.mode === 'full' || hasWarning(model);
  const changes = new Map(run.models.map((report) => [report.model, report]));
  const isShrunk = (table: string) => (changes.get(table)?.deleted ?? 0) > 0;
  const isWritten = (table: string) => {
    const { inserted = 0, updated = 0 } = changes.get(table) ?? {};
    return inserted + updated > 0;
  };
  const rowsOf = (model: TableModel) =>
    isWhole(model) ? model.name : renderRowsToCheck(model, { isWritten, isShrunk });
  const tables = tableChecks(models, rowsOf);
  const whole = tables.filter(({ model }) => isWhole(model));
  const inPart = tables.filter(
    ({ model, checks }) =>
      !isWhole(model) &&
      (isWritten(model.name) || checks.flatMap(({ inputs }) => inputs).some((name) => isShrunk(name))),
  );
  const statements = [...whole.map((table) => [table]), ...chunksOf(inPart)];
  const badRows = new Map<string, number>();
  for (const together of statements) {
    const { columns, rows } = await engine.query(renderCountsTogether(together));
    for (const [index, { name }] of columns.entries()) badRows.set(name, Number(rows[0]?.[index] ?? 0));
  }
  const reports: CheckReport[] = [];
  for (const check of tables.flatMap(({ checks }) => checks)) {
    reports.push(await reportOf(engine, check, badRows.get(check.name) ?? 0));
  }
  return reports;
}

function chunksOf(tables: readonly TableChecks[]): readonly (readonly TableChecks[])[] {
  const chunks: (readonly TableChecks[])[] = [];
  for (let start = 0; start < tables.length; start += TABLES_TOGETHER) {
    chunks.push(tables.slice(start, start + TABLES_TOGETHER));
  }
  return chunks;
}

function hasWarning({ columns }: TableModel): boolean {
  return columns.some(({ tests = [] }) => tests.some(({ severity }) => severity === 'warn'));
}
