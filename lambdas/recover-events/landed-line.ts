import * as z from 'zod';
import type { ObjectKind } from '../domain/ledger.ts';
import type { StreamRecord } from '../ports/stream.ts';

/** A record as it came, with its place in the stream; what its object held of it. */
export interface LandedRecord {
  readonly record: StreamRecord;
  /** Place within an aggregated record; null when the record held one event. */
  readonly index: number | null;
}

export interface QuarantinedRecord extends LandedRecord {
  /** Why it was refused then. */
  readonly reason: string;
}

/** A line of a ledgered object is none of ours. Never holds what the line holds. */
export class MalformedLineError extends Error {
  override readonly name = 'MalformedLineError';
}

const COORDINATES =
  /^\{"_arrival_time":"([0-9TZ:.-]+)","_shard_id":"([A-Za-z0-9_.-]+)","_sequence_number":"(\d+)",(?:"_record_index":"(\d+)",)?(?:"_owner":"[^"]*",)?/;
/** More than all coordinates take. */
const COORDINATES_BYTES = 600;
const OPENING_BRACE = 0x7b;

const QUARANTINED = z.object({
  reason: z.string(),
  encoding: z.enum(['utf8', 'base64']),
  body: z.string(),
});

/**
 * A line of raw or duplicates, taken apart: coordinates, and the event's own bytes as they stood there, which are the
 * producer's but for line breaks. Throws MalformedLineError.
 */
export function readEventLine(line: Buffer): LandedRecord {
  const { index, length, ...place } = coordinatesOf(line);
  const data = new Uint8Array(line.length - length + 1);
  data[0] = OPENING_BRACE;
  data.set(line.subarray(length), 1);
  return { record: { ...place, data }, index };
}

/** A line of quarantine, taken apart: its data are the very bytes that were refused. Throws MalformedLineError. */
export function readQuarantineLine(line: Buffer): QuarantinedRecord {
  const { index, length: _, ...place } = coordinatesOf(line);
  const parsed = QUARANTINED.safeParse(parseJson(line));
  if (!parsed.success) throw new MalformedLineError('a quarantine line lacks its reason, encoding or body');
  const { reason, encoding, body } = parsed.data;
  return { record: { ...place, data: Buffer.from(body, encoding) }, index, reason };
}

/** Takes lines of a zone apart; gives what throws MalformedLineError. */
export function lineReader(kind: ObjectKind): (line: Buffer) => LandedRecord {
  return kind === 'quarantine' ? readQuarantineLine : readEventLine;
}

/** `<shard>#<sequence>`, within an aggregated record with `#<index>`: the same text as of a claim's owner. */
export function coordinatesText({ record, index }: LandedRecord): string {
  const place = `${record.shardId}#${record.sequenceNumber}`;
  return index === null ? place : `${place}#${index}`;
}

/** As coordinatesText, of a line of any zone. Throws MalformedLineError. */
export function coordinatesOfLine(line: Buffer): string {
  const { shardId, sequenceNumber, index } = coordinatesOf(line);
  const place = `${shardId}#${sequenceNumber}`;
  return index === null ? place : `${place}#${index}`;
}

function coordinatesOf(line: Buffer) {
  const match = COORDINATES.exec(line.toString('latin1', 0, COORDINATES_BYTES));
  if (match === null) throw new MalformedLineError('a line does not begin with its coordinates');
  const [text, arrival = '', shardId = '', sequenceNumber = '', index] = match;
  return {
    shardId,
    sequenceNumber,
    // The stream's own key; nothing that lands asks for it.
    partitionKey: '',
    arrivalTimeMs: Date.parse(arrival),
    index: index === undefined ? null : Number(index),
    length: text.length,
  };
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}
