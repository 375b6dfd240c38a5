import { MAX_BYTES_PER_RECORD } from '../../../lambdas/ports/stream-limits.ts';
import type { ProduceCounts } from '../../../lambdas/produce-events/produce-events.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode, InterruptedError } from '../errors.ts';
import { packedRecords } from '../packed-records.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import type { Destination } from '../sinks/destination.ts';
import type { FixedArrival } from './arrival.ts';
import type { SendTally } from './outgoing.ts';
import type { Rejects } from './rejects.ts';

/** What `send` has done. */
export interface Sent {
  readonly counts: ProduceCounts;
  readonly tally: SendTally;
  /** Why the stream refused the first record that it refused for good; null when it refused none. */
  readonly firstRefusal: string | null;
  readonly arrival: FixedArrival;
  readonly destination: Destination;
  /** Null: nothing is kept. */
  readonly rejects: Rejects | null;
  readonly isInterrupted: boolean;
  readonly isDryRun: boolean;
}

/** Says what was sent; throws what ends the command otherwise than well: stopped, lines that no stream takes. */
export async function reportSent(context: CommandContext, sent: Sent): Promise<ExitCode> {
  const { counts, tally, destination, rejects } = sent;
  const answer = {
    sent: counts.accepted,
    lines: tally.lines,
    blank_lines: tally.blank,
    refused_lines: tally.refused,
    refused: tally.refusedLines.map(({ input, line, sizeBytes }) => ({ input, line, size_bytes: sizeBytes })),
    undated_lines: tally.undated,
    arrival: sent.arrival,
    sink: destination.sink,
    stream: destination.streamName,
    stream_records: counts.acceptedRecords,
    refused_by_stream: counts.rejected,
    unsent: counts.unsent,
    resent_records: counts.resentRecords,
    calls: counts.calls,
    rejects_file: rejects !== null && rejects.lines > 0 ? rejects.file : null,
    is_dry_run: sent.isDryRun,
  };
  await printAnswer(context, answer, () => sentText(sent));
  if (sent.isInterrupted) {
    throw new InterruptedError(
      `Stopped as asked after ${counted(counts.accepted, 'record')}; ${unsentText(sent)}sending the same input again is safe, an event_id counts once.`,
    );
  }
  if (tally.refused > 0) throw refusedLines(sent);
  if (counts.rejected > 0) throw refusedByStream(sent);
  return EXIT_CODES.success;
}

function sentText(sent: Sent): string {
  const { counts, tally, destination, arrival, isDryRun } = sent;
  const packed = packedRecords(counts);
  const to = destination.streamName === null ? '' : ` to ${destination.streamName}`;
  const details = [
    `arrival: ${arrival}`,
    ...(tally.blank === 0 ? [] : [`${counted(tally.blank, 'blank line')} passed over`]),
    ...(tally.undated === 0 ? [] : [`${formatCount(tally.undated)} without a usable time at the end`]),
    ...(counts.resentRecords === 0 ? [] : [`${formatCount(counts.resentRecords)} sent again`]),
  ].join(', ');
  if (isDryRun)
    return `Would send ${packed}${to} in ${counted(counts.calls, 'call')} (${details}). Nothing was sent.`;
  return `Sent ${packed}${to} (${details}).${destination.next}`;
}

function unsentText({ counts, rejects }: Sent): string {
  if (counts.unsent === 0 || rejects === null) return '';
  return `what was read and not sent stands in ${rejects.file} (${counted(counts.unsent, 'line')}); `;
}

function refusedLines(sent: Sent): CommandError {
  const { tally, isDryRun } = sent;
  const named = tally.refusedLines.map(
    ({ input, line, sizeBytes }) => `${input} line ${formatCount(line)} (${formatCount(sizeBytes)} bytes)`,
  );
  const more = tally.refused - named.length;
  const were = tally.refused === 1 ? '1 line was' : `${formatCount(tally.refused)} lines were`;
  return new CommandError(
    'lines_too_long',
    `${were} too long for the stream and not sent: ${named.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}. At most ${formatCount(MAX_BYTES_PER_RECORD)} bytes are allowed, with the partition key (anonymous_id). ${whereTheyAre(sent)} Shorten or split such an event where it is made, and send it again.${isDryRun ? '' : ' All other lines are on the stream.'}`,
  );
}

function refusedByStream(sent: Sent): CommandError {
  const { counts, firstRefusal } = sent;
  return new CommandError(
    'lines_refused',
    `The stream refused ${counted(counts.rejected, 'line')} for good (${firstRefusal}). ${whereTheyAre(sent)} All other lines are on the stream.`,
  );
}

function whereTheyAre({ rejects, isDryRun }: Sent): string {
  if (rejects !== null && rejects.lines > 0) return `They stand whole in ${rejects.file}.`;
  return isDryRun ? '' : 'They are still where they came from; --rejects FILE makes a copy.';
}
