import { fileAnswer } from '../../../lambdas/ingest-files/file-answer.ts';
import { counted, formatCount } from '../progress.ts';
import type { PathReport } from './ingest-files.ts';

/** What became of files, for people. */
export function filesText(reports: readonly PathReport[], isDryRun: boolean): string {
  const lines = reports.flatMap((report) => fileLines(report, isDryRun));
  const landed = reports.filter(({ outcome }) => outcome === 'landed').length;
  if (landed > 0 && !isDryRun) lines.push('The next `run` brings them into the tables.');
  return lines.join('\n');
}

function fileLines(report: PathReport, isDryRun: boolean): readonly string[] {
  const lines = [headLine(report, isDryRun)];
  for (const { line, reason, detail } of report.badRows) lines.push(`  line ${line}: ${reason}, ${detail}`);
  const unshown = report.bad - report.badRows.length;
  if (unshown > 0) lines.push(`  and ${counted(unshown, 'bad row')} more`);
  if (report.extraColumns.length > 0)
    lines.push(`  columns kept in raw and read no further: ${report.extraColumns.join(', ')}`);
  return lines;
}

function headLine(report: PathReport, isDryRun: boolean): string {
  const { path, outcome, detail, dataset, format, separator, accepted, bad } = report;
  if (outcome === 'skipped') return `${path}: skipped, ${detail}.`;
  if (outcome === 'refused') return `Refused: ${detail}.`;
  const written = separator === null ? `${format}` : `${format} parted by ${separator}`;
  const verb = isDryRun ? 'would land' : 'landed';
  const quarantined = bad === 0 ? '' : `, ${formatCount(bad)} in quarantine`;
  return `${path}: ${dataset} (${written}), ${verb} ${counted(accepted, 'row')}${quarantined}.`;
}

/** The same as `--json` shows it. */
export function filesAnswer(reports: readonly PathReport[], isDryRun: boolean) {
  return {
    is_dry_run: isDryRun,
    files: reports.map((report) => ({ path: report.path, ...fileAnswer(report) })),
  };
}
