import type { Command } from 'commander';
import type { CommandContext, RunAction } from '../context.ts';
import type { Finding } from '../doctor/finding.ts';
import { examineLake } from '../doctor/lake-health.ts';
import { examineMachine } from '../doctor/machine.ts';
import { proveObjects } from '../doctor/prove-objects.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface DoctorOptions {
  readonly fix?: true;
  readonly objects?: true;
  /** Only read with `objects`. */
  readonly wait: number;
}

const HELP = `
Looks at Node, DuckDB, the SQL models, the disk, and the lake: its version, its rights, who holds it, what killed
processes left behind, what waits to be brought back, and whether its sources answer. With --objects also every object
in the zones: whether its bytes are those that the ledger says; each that is not is named, and known to rebuild-object.
The exit code is 1 when something keeps Millpond from working, or an object is broken.

Examples:
  millpond doctor
  millpond doctor --fix --lake shop
  millpond doctor --objects || millpond rebuild-object --all`;

export function addDoctorCommand(program: Command, run: RunAction): void {
  program
    .command('doctor')
    .summary('look for what keeps Millpond from working')
    .description('Look at the machine and the lake, and say what is wrong and what to do.')
    .option('--fix', 'free the lock and the files that dead processes left behind')
    .option('--objects', 'read every object and compare its digest with the ledger')
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: DoctorOptions) => run((context) => examine(context, options)));
}

async function examine(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const isFixing = options.fix === true;
  const ofLake = await examineLake(context.lakeFolder, { clock: context.clock, isFixing });
  const isLake = ofLake.some(({ check, state }) => check === 'lake' && state === 'ok');
  const findings = [
    ...(await examineMachine(context.lakeFolder)),
    ...ofLake,
    ...(isLake && options.objects === true ? await proveObjects(context, options.wait) : []),
  ];
  await printAnswer(context, { findings }, () => findings.map(describe).join('\n'));
  const isBroken = findings.some((finding) => finding.state === 'failure');
  return isBroken ? EXIT_CODES.failure : EXIT_CODES.success;
}

const MARKS = { ok: 'ok     ', warning: 'warning', failure: 'FAILURE' };

function describe(finding: Finding): string {
  return `${MARKS[finding.state]}  ${finding.check}: ${finding.detail}`;
}
