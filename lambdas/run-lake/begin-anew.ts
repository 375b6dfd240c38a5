import { SqlError } from '../ports/sql-engine.ts';
import { ModelRowsError } from './build-table.ts';
import { rollBackBuild } from './build-transaction.ts';
import type { RunLakeDependencies } from './run-dependencies.ts';
import type { RunRecord } from './run-record.ts';
import type { StepAt } from './run-step.ts';
import { setAsideBroken } from './verify-objects.ts';

/**
 * After a failure that broken objects may explain: those found are set aside, and the run stands before its first step
 * again. Null when none is found, or when the failure is of another kind.
 *
 * On a laptop all objects of the lake are read again, for what broke since the run began: an engine does not always name
 * the file that it broke on. Nobody waits for that in the cloud: there the error names the object, and no other is read.
 */
export async function anewWithoutBroken(
  deps: RunLakeDependencies,
  { run, rows }: Pick<StepAt, 'run' | 'rows'>,
  failure: unknown,
): Promise<RunRecord | null> {
  if (!(failure instanceof SqlError || failure instanceof ModelRowsError || failure === 'checks'))
    return null;
  const message = failure instanceof Error ? failure.message : '';
  const isLaptop = deps.engine.dialect === 'duckdb';
  const found = await setAsideBroken(deps, rows, ({ key }, { stagedBy }) =>
    isLaptop ? run.mode === 'full' || stagedBy === null : message.includes(key),
  );
  if (found === 0) return null;
  await rollBackBuild(deps.engine);
  return {
    ...run,
    stepsDone: 0,
    models: [],
    stepReports: [],
    checks: [],
    reconciliation: null,
    quarantine: [],
  };
}
