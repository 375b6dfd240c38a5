import path from 'node:path';
import type { OutgoingRecord } from '../../../lambdas/ports/stream.ts';
import { MAX_BYTES_PER_RECORD } from '../../../lambdas/ports/stream-limits.ts';
import { ALLOWED_LATENESS_MS, claimLakeForUser, type Lake, openOrCreateLake } from '../../lake.ts';
import { openLakeStream } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import { produce } from '../../producer.ts';
import { ownTempFolder, removeAbandonedTempFolders, removeOwnTempFolder } from '../../temp-files.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode, InterruptedError } from '../errors.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount, type ProgressStep } from '../progress.ts';
import type { Arrival } from './arrival.ts';
import { ExternalSort } from './external-sort.ts';
import { type Input, openInputs, requireInputs } from './inputs.ts';
import {
  newTally,
  type OnRead,
  recordsByTime,
  recordsInOrder,
  type SendTally,
  scanInputs,
  verifyInput,
} from './outgoing.ts';
import { emptyInput } from './refuse-content.ts';

type FixedArrival = Exclude<Arrival, 'auto'>;

/** Puts the lines of all inputs on the lake's stream. Nothing is sent when one of them cannot be read whole. */
export async function sendInputs(
  context: CommandContext,
  names: readonly string[],
  arrival: Arrival,
): Promise<ExitCode> {
  await requireInputs(names);
  const nowMs = context.clock.nowMs();
  const { lake, isNew } = openOrCreateLake(context.lakeFolder, { madeBy: 'user', nowMs });
  if (isNew) context.reporter.info(`Made a new lake in ${lake.folder}.`);
  removeAbandonedTempFolders(lake);
  const forget = context.interrupt.onAbruptEnd(() => removeOwnTempFolder(lake));
  try {
    const inputs = await openInputs(names, {
      stdin: context.stdin,
      spoolFolder: path.join(ownTempFolder(lake), 'spool'),
      isReadTwice: arrival === 'auto',
      signal: context.interrupt.signal,
    });
    for (const input of inputs.length > 1 ? inputs : []) {
      if (input.sizeBytes === 0) context.reporter.info(`${input.name} is empty.`);
    }
    const fixed = arrival === 'auto' ? await chooseArrival(context, inputs, nowMs) : arrival;
    if (fixed === 'now' && arrival !== 'auto') await verifyGzip(context, inputs);
    context.interrupt.check();
    const sent = await put(context, { lake, inputs, arrival: fixed, nowMs });
    requireLines(inputs, sent);
    return await reportSent(context, sent, fixed);
  } finally {
    forget();
    removeOwnTempFolder(lake);
  }
}

interface Sending {
  readonly lake: Lake;
  readonly inputs: readonly Input[];
  readonly arrival: FixedArrival;
  readonly nowMs: number;
}

interface Sent {
  readonly accepted: number;
  readonly tally: SendTally;
  readonly isInterrupted: boolean;
}

async function put(context: CommandContext, sending: Sending): Promise<Sent> {
  const { lake, arrival } = sending;
  const stream = openLakeStream(lake, context.clock);
  try {
    if (claimLakeForUser(lake, sending.nowMs)) {
      context.reporter.info(
        "This was the demo's lake; it holds your events now, so the demo will not clear it.",
      );
    }
    return arrival === 'now'
      ? await putInOrder(context, sending, stream)
      : await putByTime(context, { ...sending, arrival }, stream);
  } finally {
    stream.close();
  }
}

/** As the lines come, group by group, so that a slow pipe's records do not wait for more. */
async function putInOrder(context: CommandContext, { inputs }: Sending, stream: LocalStream): Promise<Sent> {
  const tally = newTally();
  const { signal } = context.interrupt;
  const step = context.reporter.step('Sending', { unit: 'lines' });
  let accepted = 0;
  for await (const records of recordsInOrder({ inputs, tally, onRead: readProgress(step, inputs) })) {
    accepted += await putAll(records, stream);
    if (signal.aborted) break;
  }
  if (hasLines(tally)) step.end();
  return { accepted, tally, isInterrupted: signal.aborted };
}

async function putByTime(
  context: CommandContext,
  sending: Sending & { readonly arrival: Exclude<FixedArrival, 'now'> },
  stream: LocalStream,
): Promise<Sent> {
  const { lake, inputs, arrival, nowMs } = sending;
  const tally = newTally();
  const { interrupt, reporter, settings } = context;
  const sort = new ExternalSort({
    folder: path.join(ownTempFolder(lake), 'sort'),
    memoryBytes: settings.sortMemoryMb * 1_048_576,
  });
  const reading = reporter.step('Sorting by time', { unit: 'lines' });
  const showRead = readProgress(reading, inputs);
  const onRead: OnRead = (input, readBytes, counts) => {
    interrupt.check();
    showRead(input, readBytes, counts);
  };
  let step = reading;
  try {
    const { accepted } = await produce({
      stream,
      records: recordsByTime({ inputs, tally, onRead, field: arrival, sort, nowMs }),
      signal: interrupt.signal,
      onProgress: (counts) => {
        if (step === reading) {
          step.end();
          step = reporter.step('Sending', {
            unit: 'records',
            total: tally.lines - tally.blank - tally.refused,
          });
        }
        step.update(counts.accepted);
      },
    });
    if (hasLines(tally)) step.end();
    return { accepted, tally, isInterrupted: interrupt.signal.aborted };
  } finally {
    sort.dispose();
  }
}

async function putAll(records: readonly OutgoingRecord[], stream: LocalStream): Promise<number> {
  if (records.length === 0) return 0;
  return (await produce({ stream, records })).accepted;
}

/** `event-time` when the newest event is older than the lake allows, so that history does not end as too late. */
async function chooseArrival(
  context: CommandContext,
  inputs: readonly Input[],
  nowMs: number,
): Promise<FixedArrival> {
  const tally = newTally();
  const step = context.reporter.step('Looking for the newest event', { unit: 'lines' });
  const showRead = readProgress(step, inputs);
  const onRead: OnRead = (input, readBytes, counts) => {
    context.interrupt.check();
    showRead(input, readBytes, counts);
  };
  const limits = { oldMs: nowMs - ALLOWED_LATENESS_MS, nowMs };
  const scan = await scanInputs({ inputs, tally, onRead }, limits);
  requireLines(inputs, { tally, isInterrupted: context.interrupt.signal.aborted });
  step.end();
  if (scan.newestEventTimeMs === null) return 'now';
  const newest = new Date(scan.newestEventTimeMs).toISOString();
  if (scan.newestEventTimeMs < limits.oldMs) {
    context.reporter.info(
      `The newest event is of ${newest}, older than the 3 days that the lake allows: records arrive at their event_time (--arrival now would make them all too late).`,
    );
    return 'event-time';
  }
  if (scan.olderThanLimit > 0) {
    context.reporter.warn(
      `${formatCount(scan.olderThanLimit)} of ${formatCount(tally.lines)} lines are older than the 3 days that the lake allows and will count as too late; --arrival event-time takes them as history.`,
    );
  }
  return 'now';
}

async function verifyGzip(context: CommandContext, inputs: readonly Input[]): Promise<void> {
  for (const input of inputs.filter((each) => each.isGzip)) {
    await verifyInput(input, () => context.interrupt.check());
  }
}

/** Shows lines read; the bytes read of all inputs tell the time left, unless one is a pipe. */
function readProgress(step: ProgressStep, inputs: readonly Input[]): OnRead {
  const totalBytes = inputs.reduce((sum, input) => sum + (input.sizeBytes ?? Number.NaN), 0);
  return (input, readBytes, tally) => {
    const before = inputs.slice(0, inputs.indexOf(input));
    const doneBytes = before.reduce((sum, each) => sum + (each.sizeBytes ?? 0), readBytes);
    const share = Number.isNaN(totalBytes) ? undefined : Math.min(0.999, doneBytes / totalBytes);
    step.update(tally.lines, share);
  };
}

function hasLines(tally: SendTally): boolean {
  return tally.lines > tally.blank;
}

/** Throws CommandError when there was nothing to send, unless the person stopped before it came. */
function requireLines(
  inputs: readonly Input[],
  { tally, isInterrupted }: Pick<Sent, 'tally' | 'isInterrupted'>,
): void {
  if (hasLines(tally) || isInterrupted) return;
  throw emptyInput(
    inputs.map((input) => input.name),
    tally.blank > 0,
  );
}

async function reportSent(context: CommandContext, sent: Sent, arrival: FixedArrival): Promise<ExitCode> {
  const { accepted, tally } = sent;
  const answer = {
    sent: accepted,
    lines: tally.lines,
    blank_lines: tally.blank,
    refused_lines: tally.refused,
    refused: tally.refusedLines.map(({ input, line, sizeBytes }) => ({ input, line, size_bytes: sizeBytes })),
    undated_lines: tally.undated,
    arrival,
  };
  await printAnswer(context, answer, () => sentText(sent, arrival));
  if (sent.isInterrupted) {
    throw new InterruptedError(
      `Stopped as asked after ${formatCount(accepted)} records; sending the same input again is safe, an event_id counts once.`,
    );
  }
  if (tally.refused > 0) throw refusedLines(tally);
  return EXIT_CODES.success;
}

function sentText({ accepted, tally }: Sent, arrival: FixedArrival): string {
  const blank = tally.blank === 0 ? '' : `, ${counted(tally.blank, 'blank line')} passed over`;
  const undated =
    tally.undated === 0 ? '' : `, ${formatCount(tally.undated)} without a usable time at the end`;
  return `Sent ${counted(accepted, 'record')} (arrival: ${arrival}${blank}${undated}). Next: \`run\`.`;
}

function refusedLines(tally: SendTally): CommandError {
  const named = tally.refusedLines.map(
    ({ input, line, sizeBytes }) => `${input} line ${formatCount(line)} (${formatCount(sizeBytes)} bytes)`,
  );
  const more = tally.refused - named.length;
  return new CommandError(
    'lines_too_long',
    `${tally.refused === 1 ? '1 line was' : `${formatCount(tally.refused)} lines were`} too long for the stream and not sent: ${named.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}. At most ${formatCount(MAX_BYTES_PER_RECORD)} bytes are allowed, with the partition key (anonymous_id). No copy was kept: shorten or split such an event where it is made, and send it again. All other lines are on the stream.`,
  );
}
