import { setImmediate as turn } from 'node:timers/promises';
import { MS_PER_HOUR } from '../../../lambdas/domain/time.ts';
import type { OutgoingRecord } from '../../../lambdas/ports/stream.ts';
import { MAX_BYTES_PER_RECORD } from '../../../lambdas/ports/stream-limits.ts';
import type { ExternalSort } from './external-sort.ts';
import { type Input, readInputLines } from './inputs.ts';
import { type LineFields, readLineFields } from './line-fields.ts';
import { isBlank, type Line } from './lines.ts';
import { emptyInput } from './refuse-content.ts';
import type { Rejects } from './rejects.ts';

const MAX_NAMED_LINES = 20;
const GROUP_SIZE = 500;

/** What is told of a line that the stream cannot take. */
export interface RefusedLine {
  readonly input: string;
  readonly line: number;
  readonly sizeBytes: number;
}

/** Counts that grow while the lines go by. */
export interface SendTally {
  lines: number;
  blank: number;
  /** Lines too long for the stream, all of them. */
  refused: number;
  /** The first of them by name. */
  refusedLines: RefusedLine[];
  /** Lines without a usable time, where records are sent in the order of one. */
  undated: number;
}

export function newTally(): SendTally {
  return { lines: 0, blank: 0, refused: 0, refusedLines: [], undated: 0 };
}

/** Called for each group of lines read: may throw to stop, shows how far it is. */
export type OnRead = (input: Input, readBytes: number, tally: SendTally) => void;

export interface ReadOptions {
  readonly inputs: readonly Input[];
  readonly tally: SendTally;
  readonly onRead: OnRead;
  /** Keeps the lines that are too long for the stream. */
  readonly rejects?: Rejects | null;
}

/** Every line as a record, in the order of the input, in groups as they are read; the stream's clock says when it arrives. */
export async function* recordsInOrder(options: ReadOptions): AsyncGenerator<readonly OutgoingRecord[]> {
  for await (const lines of sendableLines(options)) {
    yield lines.map(({ bytes, fields }) => ({ partitionKey: fields.partitionKey, data: bytes }));
  }
}

export const ARRIVAL_FIELDS = ['event-time', 'sent-time'] as const;
export type ArrivalField = (typeof ARRIVAL_FIELDS)[number];

export interface SortedOptions extends ReadOptions {
  readonly field: ArrivalField;
  readonly sort: ExternalSort;
  readonly nowMs: number;
}

/**
 * Every line as a record that arrives at its own time, in the order of these times, in groups. A line without a credible time
 * comes last and arrives with the newest, so that the consumer judges it as it would have. Nothing is given before the
 * whole input was read.
 */
export async function* recordsByTime(options: SortedOptions): AsyncGenerator<readonly OutgoingRecord[]> {
  let newestMs = Number.NEGATIVE_INFINITY;
  for await (const lines of sendableLines(options)) {
    for (const { bytes, fields } of lines) {
      const ownMs = arrivalOf(fields, options.field);
      const timeMs = isCredible(ownMs, options.nowMs) ? ownMs : null;
      if (timeMs === null) options.tally.undated += 1;
      else newestMs = Math.max(newestMs, timeMs);
      options.sort.add({ timeMs: timeMs ?? Number.POSITIVE_INFINITY, key: fields.partitionKey, data: bytes });
    }
  }
  const lastMs = newestMs === Number.NEGATIVE_INFINITY ? options.nowMs : newestMs;
  let group: OutgoingRecord[] = [];
  for (const { timeMs, key, data } of options.sort.sorted()) {
    group.push({ partitionKey: key, data, arrivalTimeMs: Math.min(timeMs, lastMs) });
    if (group.length < GROUP_SIZE) continue;
    yield group;
    group = [];
    // Sorting reads the disk without a pause: Ctrl-C is heard between two turns only.
    await turn();
  }
  yield group;
}

/** A clock that was never set says 1970; no shop had a web site before this. */
const EARLIEST_MS = Date.parse('1995-01-01T00:00:00Z');

/**
 * Whether a record may arrive at that time: readable, not before there were web shops, and at most an hour ahead of the
 * clock, since one arrival in the future would push the lake's watermark there.
 */
function isCredible(timeMs: number | null, nowMs: number): timeMs is number {
  return timeMs !== null && timeMs >= EARLIEST_MS && timeMs <= nowMs + MS_PER_HOUR;
}

/** An event that was never sent later than it happened was sent when it happened. */
function arrivalOf(fields: LineFields, field: ArrivalField): number | null {
  if (field === 'event-time') return fields.eventTimeMs;
  return fields.sentTimeMs ?? fields.eventTimeMs;
}

/** What a first look at the input tells. */
export interface InputScan {
  readonly newestEventTimeMs: number | null;
  /** Lines whose event lies before the limit. */
  readonly olderThanLimit: number;
}

/** Reads everything once, sends nothing: proves gzip data whole and finds the newest event. */
export async function scanInputs(
  options: ReadOptions,
  limits: { readonly oldMs: number; readonly nowMs: number },
): Promise<InputScan> {
  let newestMs: number | null = null;
  let olderThanLimit = 0;
  for await (const lines of sendableLines(options)) {
    for (const { eventTimeMs } of lines.map((line) => line.fields)) {
      if (!isCredible(eventTimeMs, limits.nowMs)) continue;
      if (eventTimeMs < limits.oldMs) olderThanLimit += 1;
      if (newestMs === null || eventTimeMs > newestMs) newestMs = eventTimeMs;
    }
  }
  return { newestEventTimeMs: newestMs, olderThanLimit };
}

/** Reads one input to its end, so that damage shows before the first line of it is sent. */
export async function verifyInput(input: Input, onRead: (readBytes: number) => void): Promise<void> {
  for await (const group of readInputLines(input, MAX_BYTES_PER_RECORD)) onRead(group.readBytes);
}

interface SendableLine {
  readonly bytes: Uint8Array;
  readonly fields: LineFields;
}

async function* sendableLines(options: ReadOptions): AsyncGenerator<readonly SendableLine[]> {
  const { inputs, rejects } = options;
  for (const input of inputs) {
    for await (const { lines, readBytes } of readInputLines(
      input,
      MAX_BYTES_PER_RECORD,
      rejects ?? undefined,
    )) {
      const sendable = lines.map((line) => sendableLine(line, input, options));
      yield sendable.filter((line) => line !== null);
      options.onRead(input, readBytes, options.tally);
    }
  }
}

/** Null for blank lines and for those that are too long with their partition key; both are counted. */
function sendableLine(line: Line, input: Input, { tally, rejects }: ReadOptions): SendableLine | null {
  tally.lines += 1;
  if (line.bytes !== null && isBlank(line.bytes)) {
    tally.blank += 1;
    return null;
  }
  const fields = line.bytes === null ? null : readLineFields(line.bytes);
  if (line.bytes !== null && fields !== null) {
    const keyBytes = Buffer.byteLength(fields.partitionKey);
    if (line.sizeBytes + keyBytes <= MAX_BYTES_PER_RECORD) return { bytes: line.bytes, fields };
    rejects?.writeLines(line.bytes);
  }
  tally.refused += 1;
  if (tally.refusedLines.length < MAX_NAMED_LINES) {
    tally.refusedLines.push({ input: input.name, line: line.number, sizeBytes: line.sizeBytes });
  }
  return null;
}

export function hasLines(tally: SendTally): boolean {
  return tally.lines > tally.blank;
}

/** Throws CommandError when there was nothing to send, unless the person stopped before it came. */
export function requireLines(inputs: readonly Input[], tally: SendTally, signal: AbortSignal): void {
  if (hasLines(tally) || signal.aborted) return;
  throw emptyInput(
    inputs.map((input) => input.name),
    tally.blank > 0,
  );
}
