import type { Command } from 'commander';
import type { CommandContext, RunAction } from '../context.ts';
import type { Finding } from '../doctor/finding.ts';
import { examineLake } from '../doctor/lake-health.ts';
import { examineMachine } from '../doctor/machine.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { printAnswer } from '../print.ts';

const HELP = `
Looks at Node, DuckDB, the SQL models, the disk, and the lake: its version, its rights, who holds it, what killed
processes left behind, what waits to be brought back, and whether its sources answer. The exit code is 1 when something keeps Millpond from working.

Examples:
  millpond doctor
  millpond doctor --fix --lake shop`;

export function addDoctorCommand(program: Command, run: RunAction): void {
  program
    .command('doctor')
    .summary('look for what keeps Millpond from working')
    .description('Look at the machine and the lake, and say what is wrong and what to do.')
    .option('--fix', 'free the lock and the files that dead processes left behind')
    .addHelpText('after', HELP)
    .action((options: { fix?: true }) => run((context) => examine(context, options.fix === true)));
}

async function examine(context: CommandContext, isFixing: boolean): Promise<ExitCode> {
  const findings = [
    ...(await examineMachine(context.lakeFolder)),
    ...(await examineLake(context.lakeFolder, { clock: context.clock, isFixing })),
  ];
  await printAnswer(context, { findings }, () => findings.map(describe).join('\n'));
  const isBroken = findings.some((finding) => finding.state === 'failure');
  return isBroken ? EXIT_CODES.failure : EXIT_CODES.success;
}

const MARKS = { ok: 'ok     ', warning: 'warning', failure: 'FAILURE' };

function describe(finding: Finding): string {
  return `${MARKS[finding.state]}  ${finding.check}: ${finding.detail}`;
}
