import * as z from 'zod';
import { compareSequences } from '../domain/ledger.ts';
import type { StreamBatch, StreamRecord } from '../ports/stream.ts';
import { type Failure, readAs, SEQUENCE, UnreadableFailureError } from './failure-object.ts';

const YEAR_9999_S = 253_402_300_799;
const RECORD = z.object({
  eventID: z.string(),
  kinesis: z.object({
    sequenceNumber: SEQUENCE,
    partitionKey: z.string(),
    /** Seconds, with a fraction; a later one would have a year of five digits. */
    approximateArrivalTimestamp: z.number().min(0).max(YEAR_9999_S),
    data: z.string(),
  }),
});
const PAYLOAD = z.object({ Records: z.array(RECORD).min(1).max(10_000) });

/**
 * The records of a payload, with the coordinates and arrival times under which the stream gave them. Throws
 * UnreadableFailureError for a payload of another shard, out of order, or of other positions than the failure names:
 * ledger rows and object keys are made of them.
 */
export function discardedBatch(failure: Failure): StreamBatch {
  const { shardId } = failure;
  const records = readAs(PAYLOAD, failure.payload).Records.map((record) => recordOf(record, shardId));
  for (const [place, record] of records.entries()) {
    const before = records[place - 1];
    if (before !== undefined && compareSequences(before.sequenceNumber, record.sequenceNumber) >= 0)
      throw new UnreadableFailureError('holds records whose sequence numbers do not rise');
  }
  const hasItsEnds =
    records[0]?.sequenceNumber === failure.firstSequence &&
    records.at(-1)?.sequenceNumber === failure.lastSequence;
  if (!hasItsEnds) throw new UnreadableFailureError('holds records of other positions than it names');
  return { shardId, records };
}

function recordOf({ eventID, kinesis }: z.output<typeof RECORD>, shardId: string): StreamRecord {
  const { sequenceNumber, partitionKey, approximateArrivalTimestamp } = kinesis;
  if (eventID !== `${shardId}:${sequenceNumber}`)
    throw new UnreadableFailureError('holds a record of another shard than it names');
  const data = Buffer.from(kinesis.data, 'base64');
  // Node skips what is no base64 without a word.
  if (data.toString('base64') !== kinesis.data)
    throw new UnreadableFailureError('holds a record whose data are no base64');
  const arrivalTimeMs = Math.round(approximateArrivalTimestamp * 1000);
  return { shardId, sequenceNumber, partitionKey, arrivalTimeMs, data };
}
