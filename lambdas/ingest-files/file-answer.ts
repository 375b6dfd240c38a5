import type { FileReport } from './file-report.ts';

/** A report on a file, as people and their tools read it: `--json`, and the object beside a dropped file. */
export function fileAnswer(report: FileReport) {
  const { outcome, sha256, dataset, format, separator, rows, accepted, bad, objects } = report;
  return {
    outcome,
    sha256,
    dataset,
    format,
    separator,
    rows,
    accepted,
    bad_rows: bad,
    bad_reasons: report.badReasons,
    examples: report.badRows,
    extra_columns: report.extraColumns,
    absent_columns: report.absentColumns,
    objects,
    problem: report.problem,
    detail: report.detail,
  };
}
