import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addEngineOptions, type EngineOptions } from '../engine/engine-options.ts';
import { writingPlace } from '../engine/open-trino.ts';
import type { ExitCode } from '../errors.ts';
import { currencyOption, waitOption } from '../options.ts';
import { requireSameCurrency } from '../reporting-currency.ts';
import { finishedRun } from '../run/finished-run.ts';
import { runDue } from '../run/run-due.ts';

interface BuildOptions extends EngineOptions {
  readonly wait: number;
  readonly force?: true;
  readonly currency?: string;
}

const HELP = `
Builds from what has landed; the stream and the sources are left alone. --force builds all tables again although nothing
is due, and shows what changed: with nothing new that is 0 rows.

Examples:
  millpond build
  millpond build --force`;

export function addBuildCommand(program: Command, run: RunAction): void {
  addEngineOptions(
    program
      .command('build')
      .summary('build and check the tables only')
      .description('Stage what has landed, build and check the tables.')
      .option('--force', 'build all tables, also when nothing is due')
      .addOption(waitOption())
      .addOption(currencyOption()),
  )
    .addHelpText('after', HELP)
    .action((options: BuildOptions) => run((context) => build(context, options)));
}

async function build(context: CommandContext, options: BuildOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const place = writingPlace(options, context.settings);
  await requireSameCurrency(context, lake, options.currency);
  const outcome = await runDue(context, lake, {
    command: 'build',
    waitS: options.wait,
    isTakingIn: false,
    isForced: options.force === true,
    reportingCurrency: options.currency ?? null,
    place,
  });
  return finishedRun(context, outcome);
}
