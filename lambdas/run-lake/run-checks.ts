import type { Check } from '../domain/models/model.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { CheckReport } from './run-record.ts';
import type { SliceReader } from './slice-reader.ts';

const MAX_EXAMPLES = 10;

/** Who reads reports and error messages need not know of whom they speak; the check itself shows it to who may query. */
const COLUMNS_OF_PEOPLE: ReadonlySet<string> = new Set([
  'anonymous_id',
  'session_id',
  'user_id',
  'customer_id',
  'email_hash',
]);
/** A customer, whatever the column is called: `u:` and a user, `a:` and a device. */
const CUSTOMER = /^[ua]:/;
const WITHHELD = '(a person)';

/**
 * Runs every check and keeps the count of bad rows with up to ten examples, in which people are not named. Throws
 * SqlError.
 *
 * @param reader of an incremental run: a check that says so looks only at what the run touched
 */
export async function runChecks(
  engine: SqlEngine,
  checks: readonly Check[],
  reader: SliceReader | null = null,
): Promise<readonly CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const check of checks) {
    const body = reader === null ? check.body : await reader.body(check);
    reports.push(await runCheck(engine, { ...check, body }));
  }
  return reports;
}

/** Whether any check of severity `error` has bad rows: then nothing is published. */
export function hasErrors(reports: readonly CheckReport[]): boolean {
  return reports.some((report) => report.severity === 'error' && report.badRows > 0);
}

async function runCheck(engine: SqlEngine, check: Check): Promise<CheckReport> {
  const count = await engine.query(`select cast(count(*) as bigint) from (\n${check.body}\n) as bad_rows`);
  return reportOf(engine, check, Number(count.rows[0]?.[0] ?? 0));
}

/** A check whose bad rows are counted, with examples of them. Throws SqlError. */
export async function reportOf(engine: SqlEngine, check: Check, badRows: number): Promise<CheckReport> {
  const described = {
    check: check.name,
    severity: check.severity,
    meaning: check.meaning,
    badRows,
  };
  if (badRows === 0) return { ...described, examples: [] };
  const found = await engine.query(
    `select * from (\n${check.body}\n) as bad_rows order by 1 limit ${MAX_EXAMPLES}`,
  );
  const examples = found.rows.map((row) =>
    Object.fromEntries(
      found.columns.map((column, index) => {
        const cell = row[index] ?? null;
        const isPerson = COLUMNS_OF_PEOPLE.has(column.name) || CUSTOMER.test(String(cell));
        const shown = isPerson ? WITHHELD : String(cell);
        return [column.name, cell === null ? null : shown];
      }),
    ),
  );
  return { ...described, examples };
}
