import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import { currencyOption, waitOption } from '../options.ts';
import { finishedRun } from '../run/finished-run.ts';
import { runDue } from '../run/run-due.ts';

interface RunOptions {
  readonly wait: number;
  readonly currency?: string;
}

const HELP = `
Lands what waits in the stream, takes a snapshot of each source, stages, builds and checks. Run it as often as you
like: with nothing new it changes nothing. One command at a time writes a lake; a second one waits, and says for whom.
A source that does not answer is a warning, and its last good snapshot stays. Ctrl-C stops after the step in hand, and
the next \`run\` goes on. Exit code 3: a check of severity error found bad rows; the watermark then stays.

Examples:
  millpond run
  millpond run --lake shop --wait 300`;

export function addRunCommand(program: Command, run: RunAction): void {
  program
    .command('run')
    .summary('take in, build and check all that is due')
    .description('Do all that is due: drain the stream, ask the sources, stage, build, check.')
    .addOption(waitOption())
    .addOption(currencyOption())
    .addHelpText('after', HELP)
    .action((options: RunOptions) => run((context) => runOnce(context, options)));
}

async function runOnce(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  const outcome = await runDue(context, openLake(context.lakeFolder), {
    command: 'run',
    waitS: options.wait,
    isTakingIn: true,
    isForced: false,
    reportingCurrency: options.currency ?? null,
  });
  return finishedRun(context, outcome);
}
