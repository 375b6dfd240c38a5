import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingRecords } from '../../lake-stream.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { type LakeStatus, readLakeStatus } from '../lake-status.ts';
import { labelled, printAnswer } from '../print.ts';
import { counted, formatCount, formatSeconds } from '../progress.ts';

const HELP = `
It answers while a run works, since it reads the ledger (one row per batch that landed) and no table.
  Received        records that were taken from the stream, each once, and what became of them: accepted, a duplicate of
                  an event_id (kept in raw_duplicates), or quarantined by reason (kept in raw_quarantine)
  Waiting         what the next \`run\` takes in
  Too late        as of the last run: events that came more than 3 days after they happened, kept in stg_late_events
  Other currency  as of the last run: orders in another than the reporting currency
  Watermark       events of before it have all arrived, or count as too late; is_final in the tables goes by it

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
    ['Received', counted(events.received, 'record')],
    ['  accepted', formatCount(events.accepted)],
    ['  duplicate', formatCount(events.duplicate)],
    ['  quarantined', quarantineText(status)],
  ];
  if (events.redelivered > 0) {
    lines.push([
      '  given again',
      `${counted(events.redelivered, 'copy', 'copies')} after a crash, not in these counts`,
    ]);
  }
  if (events.dedup_bypassed > 0) lines.push(['  unclaimed', formatCount(events.dedup_bypassed)]);
  for (const batch of status.batch_sources) {
    lines.push([batch.source, `${counted(batch.snapshots, 'snapshot')}, the newest of ${batch.newest}`]);
  }
  lines.push(
    ['Waiting', waitingText(status, nowMs)],
    ['Too late', tooLateText(status)],
    ['Other currency', `${counted(status.other_currency_orders, 'order')}, counted without money`],
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
  const toStage =
    unstaged === 0 ? '' : `; ${counted(unstaged, 'batch', 'batches')} not in the tables yet: \`run\``;
  if (waiting.oldest_arrival === null) return `nothing in the stream${toStage}`;
  const lagS = Math.max(0, (nowMs - Date.parse(waiting.oldest_arrival)) / 1000);
  return `${counted(waiting.records, 'record')} in the stream, the oldest since ${waiting.oldest_arrival} (${formatLag(lagS)}): \`run\`${toStage}`;
}

function formatLag(seconds: number): string {
  if (seconds < 3600) return formatSeconds(seconds);
  const hours = seconds / 3600;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.floor(hours / 24)} days`;
}

function tooLateText(status: LakeStatus): string {
  const count = status.too_late_events;
  return count === 0 ? '0 events' : `${counted(count, 'event')}, kept in stg_late_events`;
}

function lastRunText({ last_run: run }: LakeStatus): string {
  if (run === null) return 'none yet';
  const time = run.duration_s === null ? '' : `, ${formatSeconds(run.duration_s)}`;
  const failed = run.failed_checks.length === 0 ? '' : `; failed checks: ${run.failed_checks.join(', ')}`;
  const warned = run.warned_checks.length === 0 ? '' : `; warnings: ${run.warned_checks.join(', ')}`;
  return `${run.status} at ${run.started_at}${time}${failed}${warned}`;
}
