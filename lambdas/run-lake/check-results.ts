import { isoFromMs } from '../domain/time.ts';
import type { RunRecord } from './run-record.ts';
import type { SourceRow } from './source-rows.ts';

/** Rows of the table check_results: what each run's checks found, runs without checks aside. */
export function checkResultRows(runs: readonly RunRecord[]): readonly SourceRow[] {
  return runs.flatMap((run) =>
    run.checks.map((check) => ({
      run_id: run.runId,
      check_name: check.check,
      severity: check.severity,
      bad_rows: check.badRows,
      examples: JSON.stringify(check.examples),
      meaning: check.meaning,
      started_at: isoFromMs(run.startedAtMs),
    })),
  );
}
