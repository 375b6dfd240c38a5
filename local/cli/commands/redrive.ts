import type { Command } from 'commander';
import { type RedriveReport, redriveFailures } from '../../../lambdas/redrive-failures/redrive-failures.ts';
import { openLake } from '../../lake.ts';
import { FAILURES_PREFIX } from '../../lake-failures.ts';
import { openLakeStream } from '../../lake-stream.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode, usageError } from '../errors.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import { leftLines, requireNothingLeft } from '../recover/left-behind.ts';
import { recovering } from '../recover/recovery-place.ts';
import { dryRunOption, sinceOption } from '../recover/since-option.ts';
import { LANDING_SETTINGS } from '../run/landing.ts';

interface RedriveOptions {
  readonly dryRun?: true;
  readonly since?: number;
  readonly shard?: string;
  readonly wait: number;
}

const HELP = `
A batch that failed again and again lies whole under objects/${FAILURES_PREFIX} and holds up nothing. Once the cause is gone, this
lands it as \`run\` would have: the same checks, claims, coordinates and arrival times; and marks it under
objects/redriven/. Redriving twice adds nothing. What cannot be read is named and left, with exit code 1.

Examples:
  millpond redrive --dry-run
  millpond redrive && millpond run
  millpond redrive --since 2026-03-01 --shard shardId-000000000000`;

export function addRedriveCommand(program: Command, run: RunAction): void {
  program
    .command('redrive')
    .summary('land batches that were given up')
    .description('Land the batches that failed again and again and were put beside.')
    .addOption(dryRunOption())
    .addOption(sinceOption())
    .option('--shard <id>', 'only batches of this shard')
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: RedriveOptions) => run((context) => redrive(context, options)));
}

async function redrive(context: CommandContext, options: RedriveOptions): Promise<ExitCode> {
  requireShard(context, options.shard);
  const isDryRun = options.dryRun === true;
  const report = await recovering(context, { command: 'redrive', waitS: options.wait, isDryRun }, (place) =>
    redriveFailures(
      { ...place, failures: { objects: place.objects, prefix: FAILURES_PREFIX, marks: 'redriven/' } },
      {
        settings: LANDING_SETTINGS,
        sinceMs: options.since ?? null,
        shardId: options.shard ?? null,
        isDryRun,
        onBatch: () => place.mayGoOn(),
      },
    ),
  );
  await printAnswer(context, redriveAnswer(report, isDryRun), () => redriveText(report, isDryRun));
  requireNothingLeft(leftOf(report), 'failure');
  return EXIT_CODES.success;
}

/** A mistyped shard would read like one without failures. */
function requireShard(context: CommandContext, shard: string | undefined): void {
  if (shard === undefined) return;
  const stream = openLakeStream(openLake(context.lakeFolder), context.clock);
  try {
    const known = stream.shards().map(({ shardId }) => shardId);
    if (known.includes(shard)) return;
    throw usageError(`The stream has no shard ${shard}: it has ${known.join(', ')}.`);
  } finally {
    stream.close();
  }
}

function leftOf({ remaining }: RedriveReport) {
  return remaining.map(({ failure, problem }) => ({ key: failure, problem }));
}

export function redriveText(report: RedriveReport, isDryRun: boolean): string {
  const { redriven, landed, done, passedOver } = report;
  const records = redriven.reduce((sum, batch) => sum + batch.records, 0);
  const batches = `${counted(redriven.length, 'batch', 'batches')} with ${counted(records, 'record')}`;
  const lines: string[] = [];
  if (redriven.length === 0)
    lines.push(report.remaining.length === 0 ? 'Nothing to redrive.' : 'Redrove nothing.');
  else if (isDryRun) {
    lines.push(`Would redrive ${batches}:`);
    lines.push(
      ...redriven.map(
        ({ shardId, firstSequence, lastSequence, records: count }) =>
          `  ${shardId} ${firstSequence} .. ${lastSequence}, ${counted(count, 'record')}`,
      ),
    );
  } else {
    const { received, accepted, duplicate, quarantined } = landed;
    const again = received < records ? `; ${formatCount(records - received)} had landed before` : '';
    lines.push(
      `Redrove ${batches}: accepted ${formatCount(accepted)}, duplicate ${formatCount(duplicate)}, quarantined ${formatCount(quarantined)}${again}.`,
      'The next `run` brings them into the tables.',
    );
  }
  if (done > 0) lines.push(`Redriven before: ${counted(done, 'batch', 'batches')}.`);
  if (passedOver > 0) lines.push(`Not asked for: ${counted(passedOver, 'batch', 'batches')}.`);
  return [...lines, ...leftLines(leftOf(report))].join('\n');
}

function redriveAnswer(report: RedriveReport, isDryRun: boolean) {
  const { redriven, landed, remaining, done, passedOver } = report;
  return {
    is_dry_run: isDryRun,
    batches: redriven.map(({ failure, shardId, firstSequence, lastSequence, records }) => ({
      failure,
      shard_id: shardId,
      first_sequence: firstSequence,
      last_sequence: lastSequence,
      records,
    })),
    landed,
    remaining,
    redriven_before: done,
    passed_over: passedOver,
  };
}
