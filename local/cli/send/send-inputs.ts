import path from 'node:path';
import { type ProduceCounts, produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import { counted } from '../progress.ts';
import type { Destination, StreamChoice } from '../sinks/destination.ts';
import { ARRIVE_NOW } from '../sinks/kinesis-destination.ts';
import { openDestination } from '../sinks/open-destination.ts';
import type { Arrival } from './arrival.ts';
import { chooseArrival } from './choose-arrival.ts';
import { hasPipe, type Input, openInputs, requireInputs } from './inputs.ts';
import { type LineSourceOptions, openLineSource } from './line-source.ts';
import { newTally, requireLines, verifyInput } from './outgoing.ts';
import { Rejects } from './rejects.ts';
import { reportSent, type Sent } from './sent-report.ts';

export interface SendRequest {
  /** Files, or `-` for stdin. */
  readonly names: readonly string[];
  readonly arrival: Arrival;
  readonly choice: StreamChoice;
  /** Null: each line is a record. */
  readonly aggregateBytes: number | null;
  /** Null: lines that were not sent are kept only where a pipe brought them. */
  readonly rejectsFile: string | null;
  readonly isDryRun: boolean;
}

/** Puts the lines of all inputs on a stream. Nothing is sent when one of them cannot be read whole. */
export async function sendInputs(context: CommandContext, request: SendRequest): Promise<ExitCode> {
  const { names, choice, isDryRun } = request;
  await requireInputs(names);
  const nowMs = context.clock.nowMs();
  const destination = openDestination(context, choice, { isDryRun });
  const forget = context.interrupt.onAbruptEnd(() => destination.clean());
  try {
    const rejects = openRejects(request, destination, nowMs);
    const arrivalAsked = choice.sink === 'kinesis' ? 'now' : request.arrival;
    if (arrivalAsked !== request.arrival) context.reporter.info(ARRIVE_NOW);
    const inputs = await openInputs(names, {
      stdin: context.stdin,
      spoolFolder: path.join(destination.tempFolder(), 'spool'),
      isReadTwice: arrivalAsked === 'auto',
      signal: context.interrupt.signal,
    });
    for (const input of inputs.length > 1 ? inputs : []) {
      if (input.sizeBytes === 0) context.reporter.info(`${input.name} is empty.`);
    }
    const arrival = arrivalAsked === 'auto' ? await chooseArrival(context, inputs, nowMs) : arrivalAsked;
    if (arrival === 'now' && arrivalAsked !== 'auto') await verifyGzip(context, inputs);
    context.interrupt.check();
    const sent = await put(context, { request, destination, inputs, arrival, rejects, nowMs });
    requireLines(inputs, sent.tally, context.interrupt.signal);
    return await reportSent(context, sent);
  } finally {
    forget();
    destination.clean();
  }
}

/** Of a pipe no other copy is left, so what it brought and no stream takes is always kept. */
function openRejects(request: SendRequest, destination: Destination, nowMs: number): Rejects | null {
  if (request.isDryRun) return null;
  if (request.rejectsFile !== null) return new Rejects(request.rejectsFile);
  if (!hasPipe(request.names)) return null;
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return new Rejects(path.join(destination.rejectsFolder, `millpond-rejects-${stamp}.ndjson`));
}

interface Sending extends LineSourceOptions {
  readonly request: SendRequest;
}

async function put(context: CommandContext, sending: Sending): Promise<Sent> {
  const { request, destination, arrival, rejects } = sending;
  const tally = newTally();
  const { signal } = context.interrupt;
  const source = openLineSource(context, sending, tally);
  const { aggregateBytes, isDryRun } = request;
  let latest: ProduceCounts | null = null;
  let firstRefusal: string | null = null;
  const stream = await destination.open();
  try {
    const counts = await produceEvents({
      stream,
      groups: source.groups,
      signal,
      ...(aggregateBytes === null ? {} : { aggregate: { maxBytes: aggregateBytes } }),
      onProgress: (progress) => {
        latest = progress;
        source.show(progress);
      },
      onRejected: ({ data }, { errorCode, message }) => {
        firstRefusal ??= `${errorCode}: ${message}`;
        rejects?.writeLines(data);
      },
      onUnsent: ({ data }) => rejects?.writeLines(data),
    });
    source.end();
    const isInterrupted = signal.aborted;
    return { counts, tally, firstRefusal, arrival, destination, rejects, isInterrupted, isDryRun };
  } catch (error) {
    tellWhatStands(context, latest, rejects);
    throw error;
  } finally {
    stream.close();
    rejects?.close();
    source.dispose();
  }
}

function tellWhatStands(
  context: CommandContext,
  latest: ProduceCounts | null,
  rejects: Rejects | null,
): void {
  if (latest !== null && latest.accepted > 0) {
    context.reporter.warn(
      `${counted(latest.accepted, 'line')} of the input reached the stream; sending the same input again is safe, an event_id counts once.`,
    );
  }
  if (rejects !== null && rejects.lines > 0) {
    context.reporter.warn(
      `What was read and not sent stands in ${rejects.file}: ${counted(rejects.lines, 'line')}.`,
    );
  }
}

async function verifyGzip(context: CommandContext, inputs: readonly Input[]): Promise<void> {
  for (const input of inputs.filter((each) => each.isGzip)) {
    await verifyInput(input, () => context.interrupt.check());
  }
}
