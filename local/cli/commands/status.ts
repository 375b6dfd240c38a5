import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingByShard } from '../../lake-stream.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { type LakeStatus, readLakeStatus } from '../lake-status.ts';
import { labelled, printAnswer, wrapped } from '../print.ts';
import { counted, formatCount, formatSeconds } from '../progress.ts';
import { formatLag } from '../status/lag.ts';
import { shardLines } from '../status/shard-status.ts';
import { reasonTexts, troubleLines } from '../status/troubles.ts';

const HELP = `
It answers while a run works, since it reads the ledger (one row per batch that landed) and no table.
  Received        records that were taken from the stream, each once, and what became of them: accepted, a duplicate of
                  an event_id (kept in raw_duplicates), or quarantined by reason (kept in raw_quarantine)
  file_...        files of a dataset that landed, bad rows by reason, and copies under another name; \`datasets --files\`
                  lists them
  Waiting         what the next \`run\` takes in
  Shards          per shard of the stream: up to where everything has landed, what waits and since when, and gaps,
                  which are batches that failed too often and lie under failures/
  Given up, Set aside, Conflicts, Orphaned
                  what somebody has to look at, where there is any; conflicts and orphans as of the last run
  Too late        as of the last run: events that came more than 3 days after they happened, kept in stg_late_events
  Other currency  as of the last run: orders and refunds in another than the reporting currency
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
    const waiting = waitingByShard(stream);
    stream.close();
    const status = await readLakeStatus(lake, { stores, clock: context.clock }, waiting);
    await printAnswer(context, status, () => statusText(status, context.clock.nowMs()));
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

/** The status as lines for people, none of 100 characters or more but for a long path or address. */
export function statusText(status: LakeStatus, nowMs: number): string {
  const { events } = status;
  const lines: StatusLine[] = [
    ['Lake', [status.lake]],
    ['Received', counted(events.received, 'record')],
    ['  accepted', formatCount(events.accepted)],
    ['  duplicate', formatCount(events.duplicate)],
    ['  quarantined', quarantineParts(status)],
  ];
  if (events.redelivered > 0) {
    lines.push([
      '  given again',
      `${counted(events.redelivered, 'copy', 'copies')} after a crash, not in these counts`,
    ]);
  }
  if (events.dedup_bypassed > 0) lines.push(['  unclaimed', formatCount(events.dedup_bypassed)]);
  for (const batch of status.batch_sources) {
    lines.push([batch.source, batchText(batch)]);
  }
  lines.push(
    ['Waiting', waitingText(status, nowMs)],
    ...shardLines(status.shards).map((line, index): StatusLine => [index === 0 ? 'Shards' : '', [line]]),
    ...troubleLines(status.troubles),
    ['Too late', tooLateText(status)],
    ['Other currency', otherCurrencyText(status)],
    ['Currency', status.reporting_currency ?? 'none yet: the first purchase decides'],
    ['Watermark', status.watermark ?? 'none yet: the first run that builds events and succeeds sets it'],
    ['Sources', status.sources.map((source) => `${source.name} (${source.base_url})`).join(', ') || 'none'],
    ['Last run', lastRunText(status)],
  );
  return labelled(lines.flatMap(wrappedLine));
}

/** A label with its text, or with parts that stay whole. */
type StatusLine = readonly [label: string, value: string | readonly string[]];

const VALUE_WIDTH = 83;

function wrappedLine([label, value]: StatusLine): readonly (readonly [string, string])[] {
  const parts = typeof value === 'string' ? value.split(' ') : value;
  return wrapped(parts, VALUE_WIDTH).map((line, index) => [index === 0 ? label : '', line]);
}

function quarantineParts({ events, troubles }: LakeStatus): readonly string[] {
  const reasons = reasonTexts(events.quarantine_reasons, troubles.quarantine);
  if (reasons.length === 0) return [formatCount(events.quarantined)];
  const found = formatCount(events.quarantined + events.replayed);
  const count = events.replayed === 0 ? found : `${formatCount(events.quarantined)} of ${found} are out`;
  return [`${count}:`, ...reasons.map((text, index) => (index < reasons.length - 1 ? `${text},` : text))];
}

/** `3 files: 120 rows, 2 in quarantine (invalid_field 2); 1 copy skipped; the newest of ...`, or for an API its snapshots. */
function batchText(batch: LakeStatus['batch_sources'][number]): string {
  const { source, snapshots, newest, accepted, quarantined, skipped_copies: copies } = batch;
  if (!source.startsWith('file_')) return `${counted(snapshots, 'snapshot')}, the newest of ${newest}`;
  const reasons = reasonTexts(batch.quarantine_reasons, []).join(', ');
  const bad = quarantined === 0 ? '' : `, ${formatCount(quarantined)} in quarantine (${reasons})`;
  const skipped = copies === 0 ? '' : `; ${counted(copies, 'copy', 'copies')} skipped`;
  return `${counted(snapshots, 'file')}: ${counted(accepted, 'row')}${bad}${skipped}; the newest of ${newest}`;
}

function otherCurrencyText({ other_currency: { total, orders, refunds } }: LakeStatus): string {
  const what =
    orders === null || refunds === null
      ? `${formatCount(total)} orders and refunds`
      : `${counted(orders, 'order')} and ${counted(refunds, 'refund')}`;
  return total === 0 ? what : `${what}, counted without money`;
}

function waitingText({ waiting, unstaged_ledger_rows: unstaged }: LakeStatus, nowMs: number): string {
  const toStage =
    unstaged === 0 ? '' : `; ${counted(unstaged, 'batch', 'batches')} not in the tables yet: \`run\``;
  if (waiting.oldest_arrival === null) return `nothing in the stream${toStage}`;
  const lagS = Math.max(0, (nowMs - Date.parse(waiting.oldest_arrival)) / 1000);
  return `${counted(waiting.records, 'record')} in the stream, the oldest since ${waiting.oldest_arrival} (${formatLag(lagS)}): \`run\`${toStage}`;
}

function tooLateText(status: LakeStatus): string {
  const count = status.too_late_events;
  return count === 0 ? '0 events' : `${counted(count, 'event')}, kept in stg_late_events`;
}

function lastRunText({ last_run: run }: LakeStatus): string {
  if (run === null) return 'none yet that had anything to build';
  const time = run.duration_s === null ? '' : `, ${formatSeconds(run.duration_s)}`;
  const failed = run.failed_checks.length === 0 ? '' : `; failed checks: ${run.failed_checks.join(', ')}`;
  const warned = run.warned_checks.length === 0 ? '' : `; warnings: ${run.warned_checks.join(', ')}`;
  if (run.status === 'cut_off') {
    return `cut off after it began at ${run.started_at}: \`run\` completes it`;
  }
  return `${run.status} at ${run.started_at}${time}${failed}${warned}`;
}
