import type { Model, TableModel } from '../domain/models/model.ts';
import { renderRowsToCheck, tableChecks } from '../domain/models/render-column-checks.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { reportOf } from './run-checks.ts';
import type { CheckReport, RunRecord } from './run-record.ts';

/**
 * Runs the tests of the headers' columns: one statement a table, and one more for the examples of each that found bad
 * rows. An incremental run stands behind one in which no test of severity `error` found any, and looks only at rows in
 * which that can have changed; tables with a `warn` among their tests are looked at whole. Throws SqlError.
 */
export async function runColumnChecks(
  engine: SqlEngine,
  models: readonly Model[],
  run: Pick<RunRecord, 'mode' | 'models'>,
): Promise<readonly CheckReport[]> {
  const isWhole = (model: TableModel) => run.mode === 'full' || hasWarning(model);
  const changes = new Map(run.models.map((report) => [report.model, report]));
  const isShrunk = (table: string) => (changes.get(table)?.deleted ?? 0) > 0;
  const mayHaveBadRows = (name: string, inputs: readonly string[]) => {
    const { inserted = 0, updated = 0 } = changes.get(name) ?? {};
    return inserted + updated > 0 || inputs.some(isShrunk);
  };
  const reports: CheckReport[] = [];
  const rowsOf = (model: TableModel) => (isWhole(model) ? model.name : renderRowsToCheck(model, isShrunk));
  for (const { model, checks, countsSql } of tableChecks(models, rowsOf)) {
    const inputs = checks.flatMap((check) => check.inputs);
    const isAsked = isWhole(model) || mayHaveBadRows(model.name, inputs);
    const counts = isAsked ? ((await engine.query(countsSql)).rows[0] ?? []) : [];
    for (const [index, check] of checks.entries()) {
      reports.push(await reportOf(engine, check, Number(counts[index] ?? 0)));
    }
  }
  return reports;
}

function hasWarning({ columns }: TableModel): boolean {
  return columns.some(({ tests = [] }) => tests.some(({ severity }) => severity === 'warn'));
}
