import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingRecords } from '../../lake-stream.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { type LakeStatus, readLakeStatus } from '../lake-status.ts';
import { labelled, printAnswer } from '../print.ts';
import { formatCount, formatSeconds } from '../progress.ts';

const HELP = `
Read from the ledger and the lake's state, so it answers while a run works. Too late events and orders in another
currency are those of the last run; the former stand in stg_late_events.

Examples:
  millpond status
  millpond status --json`;

export function addStatusCommand(program: Command, run: RunAction): void {
  program
    .command('status')
    .summary('what arrived, what waits, how the last run went')
    .description('What arrived and what became of it, what waits, the watermark, and the last run.')
    .addHelpText('after', HELP)
    .action(() => run(showStatus));
}

async function showStatus(context: CommandContext): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const stores = await openLakeStores(lake, context.clock);
  try {
    const stream = openLakeStream(lake, context.clock);
    const waiting = waitingRecords(stream);
    stream.close();
    const status = await readLakeStatus(lake, stores, waiting);
    await printAnswer(context, status, () => statusText(status, context.clock.nowMs()));
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

/** The status as lines for people. */
export function statusText(status: LakeStatus, nowMs: number): string {
  const { events } = status;
  const lines: (readonly [string, string])[] = [
    ['Lake', status.lake],
    ['Received', `${formatCount(events.received)} records`],
    ['  accepted', formatCount(events.accepted)],
    ['  duplicate', formatCount(events.duplicate)],
    ['  quarantined', quarantineText(status)],
  ];
  if (events.redelivered > 0) {
    lines.push([
      '  given again',
      `${formatCount(events.redelivered)} copies after a crash, not in these counts`,
    ]);
  }
  if (events.dedup_bypassed > 0) lines.push(['  unclaimed', formatCount(events.dedup_bypassed)]);
  for (const batch of status.batch_sources) {
    lines.push([batch.source, `${formatCount(batch.snapshots)} snapshots, the newest of ${batch.newest}`]);
  }
  lines.push(
    ['Waiting', waitingText(status, nowMs)],
    ['Too late', tooLateText(status)],
    ['Other currency', `${formatCount(status.other_currency_orders)} orders, counted without their money`],
    ['Currency', status.reporting_currency ?? 'none yet: the first purchase decides'],
    ['Watermark', status.watermark ?? 'none before the first run'],
    ['Sources', status.sources.map((source) => `${source.name} (${source.base_url})`).join(', ') || 'none'],
    ['Last run', lastRunText(status)],
  );
  return labelled(lines);
}

function quarantineText({ events }: LakeStatus): string {
  const reasons = Object.entries(events.quarantine_reasons).map(
    ([reason, count]) => `${reason} ${formatCount(count)}`,
  );
  return reasons.length === 0
    ? formatCount(events.quarantined)
    : `${formatCount(events.quarantined)} (${reasons.join(', ')})`;
}

function waitingText({ waiting, unstaged_ledger_rows: unstaged }: LakeStatus, nowMs: number): string {
  const toStage = unstaged === 0 ? '' : `; ${formatCount(unstaged)} ledger rows to stage: \`run\``;
  if (waiting.oldest_arrival === null) return `nothing in the stream${toStage}`;
  const lagS = Math.max(0, (nowMs - Date.parse(waiting.oldest_arrival)) / 1000);
  return `${formatCount(waiting.records)} records in the stream, the oldest since ${waiting.oldest_arrival} (${formatLag(lagS)}): \`run\`${toStage}`;
}

function formatLag(seconds: number): string {
  if (seconds < 3600) return formatSeconds(seconds);
  const hours = seconds / 3600;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.floor(hours / 24)} days`;
}

function tooLateText(status: LakeStatus): string {
  const count = status.too_late_events;
  return count === 0 ? '0 events' : `${formatCount(count)} events, kept in stg_late_events`;
}

function lastRunText({ last_run: run }: LakeStatus): string {
  if (run === null) return 'none yet';
  const time = run.duration_s === null ? '' : `, ${formatSeconds(run.duration_s)}`;
  const failed = run.failed_checks.length === 0 ? '' : `; failed checks: ${run.failed_checks.join(', ')}`;
  const warned = run.warned_checks.length === 0 ? '' : `; warnings: ${run.warned_checks.join(', ')}`;
  return `${run.status} at ${run.started_at}${time}${failed}${warned}`;
}
