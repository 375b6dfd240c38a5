import type { Model } from '../domain/models/model.ts';
import { tableChecks } from '../domain/models/render-column-checks.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { reportOf } from './run-checks.ts';
import type { CheckReport } from './run-record.ts';

/**
 * Runs the tests of the headers' columns: one statement a table, and one more for the examples of each that found bad
 * rows. Throws SqlError.
 *
 * @param rowsOf see tableChecks; absent: whole tables
 */
export async function runColumnChecks(
  engine: SqlEngine,
  models: readonly Model[],
  rowsOf?: Parameters<typeof tableChecks>[1],
): Promise<readonly CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const { checks, countsSql } of tableChecks(models, rowsOf)) {
    const [counts = []] = (await engine.query(countsSql)).rows;
    for (const [index, check] of checks.entries()) {
      reports.push(await reportOf(engine, check, Number(counts[index] ?? 0)));
    }
  }
  return reports;
}
