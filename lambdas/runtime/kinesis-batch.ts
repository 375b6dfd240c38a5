import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { StreamBatch, StreamRecord } from '../ports/stream.ts';

/** Lambda handed over what no event source mapping of a stream sends. */
export class KinesisEventError extends Error {
  override readonly name = 'KinesisEventError';
}

/**
 * The records of one invocation. A mapping reads one shard at a time, so a batch of several, or of none, is refused:
 * ledger rows and checkpoints are per shard. Throws KinesisEventError.
 */
export function batchOf(event: KinesisStreamEvent): StreamBatch {
  const [first] = event.Records;
  if (first === undefined) throw new KinesisEventError('Expected the records of one shard, got those of 0');
  const shardId = shardOf(first);
  // Nearly always the same: a comparison costs less than a pattern for each record.
  const beginning = `${shardId}:`;
  const records = event.Records.map((record) =>
    recordOf(record, record.eventID.startsWith(beginning) ? shardId : shardOf(record)),
  );
  if (records.some((record) => record.shardId !== shardId)) {
    const { size } = new Set(records.map((record) => record.shardId));
    throw new KinesisEventError(`Expected the records of one shard, got those of ${size}`);
  }
  return { shardId, records };
}

const SHARD_ID = /^shardId-\d+$/;

/** `eventID` is `<shard>:<sequence>`. */
function shardOf({ eventID }: KinesisStreamRecord): string {
  const shardId = eventID.slice(0, Math.max(0, eventID.indexOf(':')));
  if (SHARD_ID.test(shardId)) return shardId;
  throw new KinesisEventError(`Expected an eventID like shardId-000000000000:1, got ${eventID}`);
}

/** Arrival comes in seconds with a fraction. */
function recordOf({ kinesis }: KinesisStreamRecord, shardId: string): StreamRecord {
  return {
    shardId,
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrivalTimeMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    data: Buffer.from(kinesis.data, 'base64'),
  };
}
