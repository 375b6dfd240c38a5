import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addEngineOptions, ENGINE_HELP, type EngineOptions } from '../engine/engine-options.ts';
import { writingPlace } from '../engine/open-trino.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { dryRunOption } from '../recover/since-option.ts';
import { finishedRun } from '../run/finished-run.ts';
import { runDue } from '../run/run-due.ts';
import { dryRun, dryRunText } from '../run/run-plan.ts';

interface RebuildOptions extends EngineOptions {
  readonly wait: number;
  readonly dryRun?: true;
}

const HELP = `
Computes every table anew from all that has landed, beside the live tables, and writes only the rows that differ:
mostly none. Use it when a table is in doubt, after somebody wrote into one by hand, or to prove that the runs so far
have added up. Whoever reads sees the last good build until the new one is published; a check that fails keeps it from
that, and the next run computes everything again.

Admissions of backfills, the reporting currency and the watermark are the lake's own and stay. The stream and the
sources are left alone. \`build --force\` does the same and stages what has landed in the same way.

With --dry-run it tells what it would read, and changes nothing.
${ENGINE_HELP}

Examples:
  millpond rebuild --dry-run
  millpond rebuild`;

export function addRebuildCommand(program: Command, run: RunAction): void {
  addEngineOptions(
    program
      .command('rebuild')
      .summary('compute every table anew from the raw zone')
      .description('Compute every table anew from all that has landed; only rows that differ are written.')
      .addOption(waitOption())
      .addOption(dryRunOption()),
  )
    .addHelpText('after', HELP)
    .action((options: RebuildOptions) => run((context) => rebuild(context, options)));
}

async function rebuild(context: CommandContext, options: RebuildOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const place = writingPlace(options, context.settings);
  const task = { kind: 'rebuild' } as const;
  if (options.dryRun) {
    const plan = await dryRun(context, lake, { reportingCurrency: null, task, place });
    await printAnswer(context, { plan }, () => dryRunText(plan));
    return EXIT_CODES.success;
  }
  const outcome = await runDue(context, lake, {
    command: 'rebuild',
    waitS: options.wait,
    isTakingIn: false,
    isForced: true,
    reportingCurrency: null,
    task,
    place,
  });
  return finishedRun(context, outcome);
}
