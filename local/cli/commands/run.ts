import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addEngineOptions, ENGINE_HELP, type EngineOptions } from '../engine/engine-options.ts';
import { writingPlace } from '../engine/open-trino.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { currencyOption, discardAfterOption, waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { requireSameCurrency } from '../reporting-currency.ts';
import { finishedRun } from '../run/finished-run.ts';
import { runDue, takeInDue } from '../run/run-due.ts';
import { dryRun, dryRunText } from '../run/run-plan.ts';
import { takenInAnswer, takenInLines } from '../run/run-report.ts';

interface RunOptions extends EngineOptions {
  readonly wait: number;
  readonly currency?: string;
  readonly discardAfter?: number;
  readonly dryRun?: true;
  /** False with --no-build. */
  readonly build: boolean;
}

const HELP = `
In this order: what waits in the stream is written to the raw zone (and from there it is never lost), each source is
asked for a snapshot, new events are cleaned into the staging tables, the tables that people query are brought up to
date, and checks look for rows that cannot be. Run it as often as you like: with nothing new it changes nothing.

One command at a time writes a lake; a second one waits, and says for whom. A source that does not answer is a warning,
and its last good snapshot stays. Ctrl-C stops after the step in hand, and the next \`run\` goes on. Exit code 3: a
check of severity error found bad rows; it names the first of them, and the same batches are due in the next run.

Records that were taken in leave the stream once they are 7 days older than its newest one; the raw zone keeps them.
Records that wait never leave it.

A record that cannot be written ends the run once it has failed five times in the same way, and it and those behind it
wait. With --discard-after it is put under failures/ instead, and the run goes on; \`millpond redrive\` brings it back.

"redelivered" in the reconciliation: a crash came between writing a batch and noting it, so the stream gave its records
again. They count once.

With --dry-run it tells what is due in what has landed, which steps a run would take and what it would read, and changes
nothing: neither is the stream landed nor a source asked.
${ENGINE_HELP}

Examples:
  millpond run
  millpond run --dry-run
  millpond run --lake shop --wait 300`;

export function addRunCommand(program: Command, run: RunAction): void {
  addEngineOptions(
    program
      .command('run')
      .summary('take in what is new, build and check the tables')
      .description('Take in what is new and bring all tables up to date.')
      .addOption(waitOption())
      .addOption(currencyOption())
      .addOption(discardAfterOption())
      .option('--no-build', 'only take in what is new; `build` then does the rest')
      .option('--dry-run', 'print the plan and change nothing'),
  )
    .addHelpText('after', HELP)
    .action((options: RunOptions) => run((context) => runOnce(context, options)));
}

async function runOnce(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const place = writingPlace(options, context.settings);
  await requireSameCurrency(context, lake, options.currency);
  if (options.dryRun) {
    const plan = await dryRun(context, lake, {
      reportingCurrency: options.currency ?? null,
      task: { kind: 'run' },
      place,
    });
    await printAnswer(context, { plan }, () => dryRunText(plan));
    return EXIT_CODES.success;
  }
  const discarding = options.discardAfter === undefined ? {} : { discardAfter: options.discardAfter };
  if (!options.build) {
    const taken = await takeInDue(context, lake, { command: 'run', waitS: options.wait, ...discarding });
    await printAnswer(context, takenInAnswer(taken), () => takenInLines(taken).join('\n'));
    return EXIT_CODES.success;
  }
  const outcome = await runDue(context, lake, {
    command: 'run',
    waitS: options.wait,
    isTakingIn: true,
    isForced: false,
    reportingCurrency: options.currency ?? null,
    place,
    ...discarding,
  });
  return finishedRun(context, outcome);
}
