import type { StreamBatch, StreamRecord } from '../../lambdas/ports/stream.ts';

/** Names that stand in every event and failure record of one mapping. */
export interface MappingNames {
  /** Lambda's is a UUID. */
  readonly mappingId: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly region: string;
  readonly roleArn: string;
}

/**
 * The JSON text that a function is invoked with: data in base64, arrival in seconds with a fraction, `eventID` from
 * shard and sequence number. Its shape is that of the Kinesis event in Lambda's developer guide.
 */
export function invocationEventText(batch: StreamBatch, names: MappingNames): string {
  return JSON.stringify({ Records: batch.records.map((record) => eventRecord(record, names)) });
}

function eventRecord(record: StreamRecord, names: MappingNames) {
  const { shardId, sequenceNumber, partitionKey, arrivalTimeMs, data } = record;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64'),
      approximateArrivalTimestamp: arrivalTimeMs / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: names.roleArn,
    awsRegion: names.region,
    eventSourceARN: names.streamArn,
  };
}
