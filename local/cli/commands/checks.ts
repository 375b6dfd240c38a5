import type { Command } from 'commander';
import { readRuns } from '../../../lambdas/run-lake/run-history.ts';
import type { CheckReport, RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { printAnswer } from '../print.ts';
import { counted } from '../progress.ts';
import { runOf } from '../run/run-of.ts';
import { isoTime } from '../run-times.ts';

interface ChecksOptions {
  readonly run?: string;
}

const HELP = `
Of the last run that came as far as its checks, or of another with --run. Each bad row stands as JSON, key first, up to
ten a check; people are not named. A check of severity error that finds bad rows stops its run: nothing is published,
and the last good build stays. A check is a file under athena/checks/, or the test of a column, named
<table>_<column>_<in, unique or references>. An incremental run looks only at rows in which a test that stops runs can
have gone wrong since. The table check_results has the same of the last 100 runs.

Examples:
  millpond checks
  millpond checks --run 2026-03-04T10:00 --json`;

export function addChecksCommand(program: Command, run: RunAction): void {
  program
    .command('checks')
    .summary('what the last checks found')
    .description('Show what the checks of the last run found.')
    .option('--run <id>', 'the run, or how its id begins (see `runs`)')
    .addHelpText('after', HELP)
    .action((options: ChecksOptions) => run((context) => showChecks(context, options)));
}

async function showChecks(context: CommandContext, options: ChecksOptions): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const runs = await readRuns(stores.ledger);
    const run =
      options.run === undefined
        ? (runs.find(({ checks }) => checks.length > 0) ?? null)
        : runOf(runs, options.run);
    await printAnswer(context, checksAnswer(run), () => checksText(run));
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

function checksAnswer(run: RunRecord | null) {
  if (run === null) return { run_id: null, status: null, started_at: null, checks: [] };
  return {
    run_id: run.runId,
    status: run.status,
    started_at: isoTime(run.startedAtMs),
    checks: run.checks.map(({ check, severity, badRows, examples, meaning }) => ({
      check,
      severity,
      bad_rows: badRows,
      examples,
      meaning,
    })),
  };
}

/** The bad ones first, those of severity error before the rest; then the names of the good ones. */
export function checksText(run: RunRecord | null): string {
  if (run === null) return 'Nothing has been checked yet: `run` does, once there is something to build.';
  const head = `Checks of run ${run.runId} (${run.status})`;
  if (run.checks.length === 0) return `${head}: it did not come so far.`;
  const bad = run.checks.filter(({ badRows }) => badRows > 0);
  const ordered = [...bad.filter(isError), ...bad.filter((check) => !isError(check))];
  const good = run.checks.length - bad.length;
  return [
    `${head}: ${good} of ${run.checks.length} found nothing.`,
    ...ordered.flatMap((check) => [
      '',
      `${isError(check) ? 'ERROR' : 'warning'} ${check.check}: ${counted(check.badRows, 'bad row')}`,
      `  ${check.meaning}`,
      ...check.examples.map((example) => `  ${JSON.stringify(example)}`),
    ]),
  ].join('\n');
}

function isError({ severity }: CheckReport): boolean {
  return severity === 'error';
}
