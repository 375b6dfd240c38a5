import type {
  CheckReport,
  Publication,
  Reconciliation,
  RunRecord,
} from '../../../lambdas/run-lake/run-record.ts';
import { formatBytes } from '../format/bytes.ts';
import { renderTable } from '../format/table.ts';
import { describeSource, sourceReportAnswer } from '../ingest-source.ts';
import { counted, formatCount, formatSeconds } from '../progress.ts';
import type { DrainReport } from './consume-stream.ts';
import type { RunOutcome, TakenIn } from './run-due.ts';

/** What a run did, for people. */
export function runText(outcome: RunOutcome): string {
  return [...takenInLines(outcome), ...buildLines(outcome.run)].join('\n');
}

export function takenInLines({ drained, sources }: TakenIn): readonly string[] {
  return [...(drained === null ? [] : [landedText(drained)]), ...sources.map(describeSource)];
}

function landedText({ records, batches, seconds }: DrainReport): string {
  if (records === 0) return 'Nothing waited in the stream.';
  return `Landed ${counted(records, 'record')} in ${counted(batches, 'batch', 'batches')}, ${formatSeconds(seconds)}.`;
}

function buildLines(run: RunRecord): readonly string[] {
  if (run.status === 'unchanged') return [`Nothing to build: ${run.reason}, the tables stay as they are.`];
  const lines = [changesText(run), checksText(run.checks), ...setAsideLines(run)];
  if (run.reconciliation !== null) lines.push(`Reconciliation:\n${balanceLines(run.reconciliation)}`);
  if (run.status === 'failed') {
    lines.push(
      'The run failed: the tables keep their last good state, the watermark stays where it was, and the\nbatches that it read stay due.',
    );
  }
  if (run.publication !== null) lines.push(publicationText(run.publication));
  const watermark = watermarkOf(run);
  if (watermark !== null) lines.push(`Watermark ${watermark}`);
  return lines;
}

function publicationText({ build, tables, reused, sizeBytes, writtenRows }: Publication): string {
  const written = writtenRows === null ? '' : `, ${counted(writtenRows, 'row')} written`;
  const files = `${counted(tables, 'table')}, ${formatCount(reused)} of them unchanged, ${formatBytes(sizeBytes)}`;
  return `Published build ${build}: ${files}${written}.`;
}

/** Rows changed over all tables of a run; of a failed one none stay. */
export function rowsChanged(run: RunRecord): number {
  if (run.status === 'failed') return 0;
  return run.models.reduce((sum, model) => sum + model.inserted + model.updated + model.deleted, 0);
}

function changesText(run: RunRecord): string {
  const seconds = ((run.finishedAtMs ?? run.startedAtMs) - run.startedAtMs) / 1000;
  const how = run.mode === 'full' ? 'Built whole:' : 'Brought up to date:';
  const built = `${how} ${counted(run.models.length, 'table')} in ${formatSeconds(seconds)} (${run.reason})`;
  if (run.status === 'failed') return `${built}; none of it is kept.`;
  const head = `${built}: ${counted(rowsChanged(run), 'row')} changed.`;
  const changed = run.models.filter((model) => model.inserted + model.updated + model.deleted > 0);
  if (changed.length === 0) return head;
  const columns = [
    { name: 'table', type: 'varchar' },
    ...['inserted', 'updated', 'deleted'].map((name) => ({ name, type: 'varchar' })),
  ];
  const rows = changed.map((model) => [
    model.model,
    ...[model.inserted, model.updated, model.deleted].map((count) => formatCount(count).padStart(9)),
  ]);
  return `${head}\n${renderTable(columns, rows).trimEnd()}`;
}

function checksText(checks: readonly CheckReport[]): string {
  const bad = checks.filter((check) => check.badRows > 0);
  const head = `Checks: ${formatCount(checks.length - bad.length)} of ${formatCount(checks.length)} found nothing`;
  return [
    `${head}${bad.length === 0 ? '.' : ';'}`,
    ...bad.map((check) => {
      const word = check.severity === 'error' ? 'ERROR  ' : 'warning';
      return `  ${word} ${check.check}: ${counted(check.badRows, 'row')}. ${check.meaning}`;
    }),
  ].join('\n');
}

/** Which objects the run went on without, and how many events that cost: whoever reads the figures sees them fall. */
function setAsideLines({ checks, models, status }: RunRecord): readonly string[] {
  const check = checks.find((each) => each.check === 'set_aside');
  if (check === undefined || check.badRows === 0) return [];
  const hidden = check.badRows - check.examples.length;
  const lines = check.examples.map(({ object_key: key, detail }) => `  ${key}: ${detail}`);
  const left = models
    .filter(({ model }) => model === 'stg_events' || model === 'stg_late_events')
    .reduce((sum, { deleted }) => sum + deleted, 0);
  return [
    'Set aside:',
    ...lines,
    ...(hidden > 0 ? [`  and ${counted(hidden, 'other')}`] : []),
    ...(left > 0 && status !== 'failed'
      ? [`  ${counted(left, 'event')} that had been staged left the tables in this run.`]
      : []),
  ];
}

/** Both sides of the reconciliation, each with a word on whether it closes; then what stands beside it, if any. */
export function balanceLines(balance: Reconciliation): string {
  const { received, accepted, duplicate, quarantined, staged, tooLate, collapsed } = balance;
  const line = (total: number, name: string, parts: readonly (readonly [string, number])[]) => {
    const sum = parts.reduce((all, [, count]) => all + count, 0);
    const words = parts.map(([word, count]) => `${word} ${formatCount(count)}`).join(' + ');
    const verdict = sum === total ? 'closes' : `DIFFERS by ${formatCount(total - sum)}`;
    return `  ${name} ${formatCount(total)} = ${words}  (${verdict})`;
  };
  return [
    line(received, 'received', [
      ['accepted', accepted],
      ['duplicate', duplicate],
      ['quarantined', quarantined],
    ]),
    line(accepted, 'accepted', [
      ['staged', staged],
      ['too late', tooLate],
      ['collapsed', collapsed],
      ...(balance.conflicts === 0 ? [] : [['conflicts', balance.conflicts] as const]),
      ...(balance.setAside === 0 ? [] : [['set aside', balance.setAside] as const]),
    ]),
    ...besideLines(balance),
  ].join('\n');
}

/** What the equations do not show, where there is any. */
function besideLines({ redelivered, orphaned }: Reconciliation): readonly string[] {
  const lines: readonly (readonly [string, number, string])[] = [
    [
      'redelivered',
      redelivered,
      'copies of these records that the stream gave again after a crash, counted once',
    ],
    [
      'orphaned',
      orphaned,
      'of the duplicates and conflicts, whose claim holder never landed: `reinstate` brings one of each back',
    ],
  ];
  return lines
    .filter(([, count]) => count > 0)
    .map(([word, count, meaning]) => `  ${word} ${formatCount(count)}: ${meaning}`);
}

/** The reconciliation as `--json` shows it. */
export function balanceAnswer({ tooLate, setAside, ...balance }: Reconciliation) {
  return { ...balance, too_late: tooLate, set_aside: setAside };
}

/** The same for programs; of a failed run `models` tells what it tried, and none of that is kept. */
export function runAnswer(outcome: RunOutcome): Readonly<Record<string, unknown>> {
  const { run } = outcome;
  return {
    ...takenInAnswer(outcome),
    run: {
      run_id: run.runId,
      status: run.status,
      reason: run.reason,
      mode: run.mode,
      started_at: new Date(run.startedAtMs).toISOString(),
      finished_at: run.finishedAtMs === null ? null : new Date(run.finishedAtMs).toISOString(),
      watermark: watermarkOf(run),
      rows_changed: rowsChanged(run),
      models: run.models.map(({ model, inserted, updated, deleted, durationMs }) => ({
        model,
        inserted,
        updated,
        deleted,
        duration_ms: durationMs,
      })),
      checks: run.checks.map(({ check, severity, badRows, examples }) => ({
        check,
        severity,
        bad_rows: badRows,
        examples,
      })),
      reconciliation: run.reconciliation === null ? null : balanceAnswer(run.reconciliation),
      quarantine: run.quarantine,
      build: run.publication?.build ?? null,
    },
  };
}

export function takenInAnswer({ drained, sources }: TakenIn): Readonly<Record<string, unknown>> {
  return {
    landed: drained === null ? null : landedAnswer(drained),
    sources: sources.map(sourceReportAnswer),
  };
}

function landedAnswer({ records, batches, discarded, expired }: DrainReport) {
  return { records, batches, discarded, expired };
}

/** The lake's watermark after the run; null where the run did not set it. */
function watermarkOf({ status, watermarkMs }: RunRecord): string | null {
  return status === 'failed' || watermarkMs === null ? null : new Date(watermarkMs).toISOString();
}
