import { type Command, Option } from 'commander';
import { REJECTION_REASONS } from '../../../lambdas/domain/events/rejection.ts';
import { replayQuarantine } from '../../../lambdas/recover-events/replay-quarantine.ts';
import type { ReplayReport } from '../../../lambdas/recover-events/replay-report.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import { leftLines, requireNothingLeft } from '../recover/left-behind.ts';
import { recovering } from '../recover/recovery-place.ts';
import { dryRunOption, sinceOption } from '../recover/since-option.ts';
import { LANDING_SETTINGS } from '../run/landing.ts';

interface ReplayOptions {
  readonly reason?: string;
  readonly since?: number;
  readonly dryRun?: true;
  readonly wait: number;
}

const HELP = `
Quarantine keeps what broke the contract, byte for byte. After the contract or the code was mended, this gives those bytes
to the checks and claims again, under their original coordinates and arrival times. What passes now lands, and counts
as accepted (or as a duplicate) instead of quarantined; what does not is counted by its reason and stays. Nothing leaves
quarantine: a replayed record stands there with the batch that landed it, see replayed_by in quarantined_records.
Replaying twice adds nothing.

Examples:
  millpond replay quarantine --dry-run
  millpond replay quarantine --reason unknown_type --since 2026-03-01 && millpond run`;

export function addReplayCommand(program: Command, run: RunAction): void {
  const replay = program
    .command('replay')
    .summary('give refused records to the contract again')
    .description('Give what was refused to the contract of today.')
    .addHelpText('after', HELP);
  replay
    .command('quarantine')
    .description('Check quarantined records again, and land what passes now.')
    .addOption(
      new Option('--reason <reason>', 'only what was refused for this reason').choices(REJECTION_REASONS),
    )
    .addOption(sinceOption())
    .addOption(dryRunOption())
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: ReplayOptions) => run((context) => replayRefused(context, options)));
}

async function replayRefused(context: CommandContext, options: ReplayOptions): Promise<ExitCode> {
  const isDryRun = options.dryRun === true;
  const report = await recovering(
    context,
    { command: 'replay', waitS: options.wait, isDryRun },
    async (place) => {
      const step = context.reporter.step('Replaying', { unit: 'objects' });
      return replayQuarantine(place, {
        settings: LANDING_SETTINGS,
        reason: options.reason ?? null,
        sinceMs: options.since ?? null,
        isDryRun,
        onObject: (done, total) => {
          step.update(done, done / total);
          place.mayGoOn();
        },
      });
    },
  );
  await printAnswer(context, replayAnswer(report, isDryRun), () => replayText(report, isDryRun));
  requireNothingLeft(leftOf(report), 'object');
  return EXIT_CODES.success;
}

function leftOf({ remaining }: ReplayReport) {
  return remaining.map(({ objectKey, problem }) => ({ key: objectKey, problem }));
}

export function replayText(report: ReplayReport, isDryRun: boolean): string {
  const { passed, accepted, duplicate, refused, done } = report;
  const stillRefused = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const lines: string[] = [];
  if (passed + stillRefused === 0) lines.push('Nothing to replay.');
  else if (isDryRun) {
    lines.push(
      `Would replay ${counted(passed, 'record')} of ${formatCount(passed + stillRefused)}; no claim is asked before it is done.`,
    );
  } else {
    lines.push(
      `Replayed ${counted(passed, 'record')} of ${formatCount(passed + stillRefused)}: accepted ${formatCount(accepted)}, duplicate ${formatCount(duplicate)}.`,
    );
    if (passed > 0) lines.push('The next `run` brings them into the tables.');
  }
  if (stillRefused > 0) {
    const reasons = Object.entries(refused).map(([reason, count]) => `${reason} ${formatCount(count)}`);
    lines.push(`Still refused: ${reasons.join(', ')}.`);
  }
  if (done > 0) lines.push(`Landed before: ${counted(done, 'record')}.`);
  return [...lines, ...leftLines(leftOf(report))].join('\n');
}

function replayAnswer(report: ReplayReport, isDryRun: boolean) {
  const { objects, passed, accepted, duplicate, refused, done, remaining } = report;
  return {
    is_dry_run: isDryRun,
    objects,
    passed,
    accepted,
    duplicate,
    still_refused: refused,
    landed_before: done,
    remaining: remaining.map(({ objectKey, problem }) => ({ object_key: objectKey, problem })),
  };
}
