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
  const records = event.Records.map(recordOf);
  const shardIds = new Set(records.map((record) => record.shardId));
  const [shardId] = shardIds;
  if (shardId === undefined || shardIds.size > 1) {
    throw new KinesisEventError(`Expected the records of one shard, got those of ${shardIds.size}`);
  }
  return { shardId, records };
}

const SHARD_ID = /^shardId-\d+$/;

/** `eventID` is `<shard>:<sequence>`; arrival comes in seconds with a fraction. */
function recordOf(record: KinesisStreamRecord): StreamRecord {
  const shardId = record.eventID.slice(0, Math.max(0, record.eventID.indexOf(':')));
  if (!SHARD_ID.test(shardId)) {
    throw new KinesisEventError(`Expected an eventID like shardId-000000000000:1, got ${record.eventID}`);
  }
  return {
    shardId,
    sequenceNumber: record.kinesis.sequenceNumber,
    partitionKey: record.kinesis.partitionKey,
    arrivalTimeMs: Math.round(record.kinesis.approximateArrivalTimestamp * 1000),
    data: Buffer.from(record.kinesis.data, 'base64'),
  };
}
