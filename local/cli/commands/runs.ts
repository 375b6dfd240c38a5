import type { Command } from 'commander';
import { RUNS_KEPT, readRuns } from '../../../lambdas/run-lake/run-history.ts';
import type { RunRecord, StepReport } from '../../../lambdas/run-lake/run-record.ts';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { renderTable } from '../format/table.ts';
import { isCutOff } from '../lake-status.ts';
import { labelled, printAnswer } from '../print.ts';
import { formatCount, formatSeconds } from '../progress.ts';
import { runOf } from '../run/run-of.ts';
import { balanceAnswer, rowsChanged } from '../run/run-report.ts';
import { durationS, isoTime } from '../run-times.ts';

const HELP = `
The last ${RUNS_KEPT} runs that had something to do are kept. A run that was cut off is completed by the next \`run\`.
"read" is what the engine says it scanned, where it tells: Athena does, DuckDB does not.

Examples:
  millpond runs
  millpond runs show 2026-03-04T10:00        the one run whose id begins so
  millpond runs show ID --json`;

/** A run's status as shown: of a run that nobody works on any more, `cut_off`. */
type ShownStatus = RunRecord['status'] | 'cut_off';

export function addRunsCommand(program: Command, run: RunAction): void {
  const command = program
    .command('runs')
    .summary('list the last runs; show one step by step')
    .description('List the last runs, the newest first.')
    .addHelpText('after', HELP)
    .action(() => run(listRuns));
  command
    .command('show')
    .summary('one run, step by step')
    .description('Show one run: its plan, and per step rows, time and bytes read.')
    .argument('<id>', 'its id, or how the id begins')
    .action((id: string) => run((context) => showRun(context, id)));
}

async function listRuns(context: CommandContext): Promise<ExitCode> {
  const runs = await shownRuns(context);
  const answer = { runs: runs.map(({ run, status }) => summaryOf(run, status)) };
  await printAnswer(context, answer, () =>
    runs.length === 0 ? 'No run yet that had anything to do.' : runsText(runs),
  );
  return EXIT_CODES.success;
}

async function showRun(context: CommandContext, id: string): Promise<ExitCode> {
  const runs = await shownRuns(context);
  const chosen = runOf(
    runs.map(({ run }) => run),
    id,
  );
  const status = runs.find(({ run }) => run === chosen)?.status ?? chosen.status;
  await printAnswer(context, detailsOf(chosen, status), () => detailsText(chosen, status));
  return EXIT_CODES.success;
}

interface ShownRun {
  readonly run: RunRecord;
  readonly status: ShownStatus;
}

async function shownRuns(context: CommandContext): Promise<readonly ShownRun[]> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const shown: ShownRun[] = [];
    for (const run of await readRuns(stores.ledger)) {
      const wasCutOff = await isCutOff(run, stores.leases, context.clock);
      shown.push({ run, status: wasCutOff ? 'cut_off' : run.status });
    }
    return shown;
  } finally {
    stores.close();
  }
}

function summaryOf(run: RunRecord, status: ShownStatus) {
  return {
    run_id: run.runId,
    status,
    reason: run.reason,
    started_at: isoTime(run.startedAtMs),
    finished_at: run.finishedAtMs === null ? null : isoTime(run.finishedAtMs),
    duration_s: durationS(run),
    ledger_rows: run.ledgerRows,
    rows_changed: rowsChanged(run),
    bad_rows: { error: badRows(run, 'error'), warn: badRows(run, 'warn') },
    build: run.publication?.build ?? null,
  };
}

function detailsOf(run: RunRecord, status: ShownStatus) {
  const reported = reportsByPlace(run);
  return {
    ...summaryOf(run, status),
    watermark: run.watermarkMs === null ? null : isoTime(run.watermarkMs),
    reconciliation: run.reconciliation === null ? null : balanceAnswer(run.reconciliation),
    publication: run.publication,
    steps: run.steps.map(({ kind, model }, index) => {
      const report = reported[index];
      return {
        step: kind,
        model: model ?? null,
        state: stateOf(run, index),
        rows: report?.rows ?? null,
        duration_ms: report?.durationMs ?? null,
        scanned_bytes: report?.scannedBytes ?? null,
      };
    }),
  };
}

/** Reports stand in the order of the plan; records of old runs have none. */
function reportsByPlace(run: RunRecord): readonly (StepReport | undefined)[] {
  return run.steps.map(({ kind, model }) =>
    run.stepReports.findLast((report) => report.kind === kind && report.model === model),
  );
}

function stateOf(run: RunRecord, index: number): 'done' | 'failed' | 'not done' {
  if (run.status === 'failed' && index === run.stepsDone - (hasFailedCheck(run) ? 1 : 0)) return 'failed';
  return index < run.stepsDone ? 'done' : 'not done';
}

/** Checks that find bad rows are a step done; anything else that fails is not. */
function hasFailedCheck(run: RunRecord): boolean {
  return badRows(run, 'error') > 0;
}

function badRows(run: RunRecord, severity: 'error' | 'warn'): number {
  return run.checks.reduce((sum, check) => sum + (check.severity === severity ? check.badRows : 0), 0);
}

function runsText(runs: readonly ShownRun[]): string {
  const columns = ['run', 'status', 'took', 'changed', 'bad rows', 'why'].map((name) => ({
    name,
    type: 'varchar',
  }));
  const rows = runs.map(({ run, status }) => [
    run.runId,
    status,
    tookText(run),
    formatCount(rowsChanged(run)).padStart(9),
    badRowsText(run),
    run.reason,
  ]);
  return renderTable(columns, rows).trimEnd();
}

function tookText(run: RunRecord): string {
  const seconds = durationS(run);
  return seconds === null ? '-' : formatSeconds(seconds);
}

function badRowsText(run: RunRecord): string {
  const [errors, warnings] = [badRows(run, 'error'), badRows(run, 'warn')];
  const parts = [errors === 0 ? '' : `${errors} error`, warnings === 0 ? '' : `${warnings} warn`];
  return parts.filter((part) => part !== '').join(', ') || '-';
}

function detailsText(run: RunRecord, status: ShownStatus): string {
  const { publication } = run;
  const head = labelled([
    ['Run', run.runId],
    ['Status', status],
    ['Why', run.reason],
    ['Began', `${isoTime(run.startedAtMs)}, took ${tookText(run)}`],
    ['Watermark', run.watermarkMs === null ? 'none' : isoTime(run.watermarkMs)],
    ['Changed', `${formatCount(rowsChanged(run))} rows`],
    ['Bad rows', `${badRowsText(run)} (\`checks --run ${run.runId}\`)`],
    [
      'Build',
      publication === null
        ? 'none published'
        : `${publication.build}: ${publication.tables} tables, ${publication.reused} of them unchanged`,
    ],
  ]);
  const columns = ['step', 'state', 'rows', 'ms', 'read'].map((name) => ({ name, type: 'varchar' }));
  const rows = detailsOf(run, status).steps.map((step) => [
    step.model ?? step.step,
    step.state,
    numberText(step.rows, 9),
    numberText(step.duration_ms, 7),
    step.scanned_bytes === null ? '-' : `${formatCount(step.scanned_bytes)} bytes`,
  ]);
  return `${head}\n\n${renderTable(columns, rows).trimEnd()}`;
}

function numberText(value: number | null, width: number): string {
  return (value === null ? '-' : formatCount(value)).padStart(width);
}
