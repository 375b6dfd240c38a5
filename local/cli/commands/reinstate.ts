import type { Command } from 'commander';
import { findOrphans } from '../../../lambdas/recover-events/find-orphans.ts';
import {
  type OrphanCopy,
  type ReinstateReport,
  reinstateOrphans,
} from '../../../lambdas/recover-events/reinstate-orphans.ts';
import type { Lake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { renderTable } from '../format/table.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { counted } from '../progress.ts';
import { openForReading } from '../read-database.ts';
import { leftLines, requireNothingLeft } from '../recover/left-behind.ts';
import { recovering } from '../recover/recovery-place.ts';
import { dryRunOption } from '../recover/since-option.ts';
import { LANDING_SETTINGS } from '../run/landing.ts';

interface ReinstateOptions {
  readonly dryRun?: true;
  readonly wait: number;
}

const SHOWN_ORPHANS = 20;

const HELP = `
An event is an orphan when the record that claimed its id never landed, so that every other record with the id counts as
its duplicate, or with other content as a conflict in quarantine. The check orphaned_duplicates finds them in each
\`run\`. Redrive and rebuild first: mostly the record lies among the batches that were given up, or in an object that is
set aside. What is left comes back here: of each id the first copy lands as raw, under its own coordinates. Reinstating
twice adds nothing, and should the record land after all, the tables keep the first of the two.

Examples:
  millpond reinstate --dry-run
  millpond reinstate && millpond run`;

export function addReinstateCommand(program: Command, run: RunAction): void {
  program
    .command('reinstate')
    .summary('bring back events of which only refused copies have landed')
    .description('Bring back events that stand in duplicates or conflicts alone, as of the last run.')
    .addOption(dryRunOption())
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: ReinstateOptions) => run((context) => reinstate(context, options)));
}

async function reinstate(context: CommandContext, options: ReinstateOptions): Promise<ExitCode> {
  const isDryRun = options.dryRun === true;
  const report = await recovering(
    context,
    { command: 'reinstate', waitS: options.wait, isDryRun },
    async (place) =>
      reinstateOrphans(
        await orphansOf(context, place.lake, options.wait),
        { ...place, compression: LANDING_SETTINGS.compression },
        { isDryRun },
      ),
  );
  await printAnswer(context, reinstateAnswer(report, isDryRun), () => reinstateText(report, isDryRun));
  requireNothingLeft(leftOf(report), 'object');
  return EXIT_CODES.success;
}

async function orphansOf(context: CommandContext, lake: Lake, waitS: number): Promise<readonly OrphanCopy[]> {
  const engine = await openForReading(context, lake, waitS);
  try {
    return await findOrphans(engine);
  } finally {
    engine.close();
  }
}

function leftOf({ remaining }: ReinstateReport) {
  return remaining.map(({ objectKey, problem }) => ({ key: objectKey, problem }));
}

export function reinstateText(report: ReinstateReport, isDryRun: boolean): string {
  const { reinstated, landedSince, refused } = report;
  const lines: string[] = [];
  if (reinstated.length === 0) lines.push('Nothing to reinstate.');
  else if (isDryRun)
    lines.push(`Would reinstate ${counted(reinstated.length, 'event')}:`, orphanTable(reinstated));
  else {
    lines.push(
      `Reinstated ${counted(reinstated.length, 'event')}.`,
      'The next `run` brings them into the tables.',
    );
  }
  if (landedSince > 0) lines.push(`Landed since the last run: ${counted(landedSince, 'event')}.`);
  if (refused > 0) lines.push(`Refused by the contract of today: ${counted(refused, 'event')}.`);
  return [...lines, ...leftLines(leftOf(report))].join('\n');
}

/** The first of them, by id and coordinates; never what they hold. */
function orphanTable(orphans: readonly OrphanCopy[]): string {
  const columns = ['event_id', 'coordinates'].map((name) => ({ name, type: 'varchar' }));
  const shown = orphans.slice(0, SHOWN_ORPHANS);
  const table = renderTable(
    columns,
    shown.map(({ eventId, coordinates }) => [eventId, coordinates]),
  ).trimEnd();
  const hidden = orphans.length - shown.length;
  return hidden === 0 ? table : `${table}\n${counted(hidden, 'other')}; --json names all`;
}

function reinstateAnswer(report: ReinstateReport, isDryRun: boolean) {
  const { reinstated, landedSince, refused, remaining } = report;
  return {
    is_dry_run: isDryRun,
    events: reinstated.map(({ eventId, objectKey, coordinates }) => ({
      event_id: eventId,
      object_key: objectKey,
      coordinates,
    })),
    landed_since: landedSince,
    refused,
    remaining: remaining.map(({ objectKey, problem }) => ({ object_key: objectKey, problem })),
  };
}
