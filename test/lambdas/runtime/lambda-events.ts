import type { Context, KinesisStreamEvent } from 'aws-lambda';

export interface PlainRecord {
  readonly sequence: string;
  readonly data: string;
  readonly arrivalTimeMs: number;
}

/** What an event source mapping hands to a function. */
export function kinesisEvent(shardId: string, records: readonly PlainRecord[]): KinesisStreamEvent {
  return {
    Records: records.map(({ sequence, data, arrivalTimeMs }) => ({
      awsRegion: 'us-east-1',
      eventID: `${shardId}:${sequence}`,
      eventName: 'aws:kinesis:record',
      eventSource: 'aws:kinesis',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      eventVersion: '1.0',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/consumer',
      kinesis: {
        approximateArrivalTimestamp: arrivalTimeMs / 1_000,
        data: Buffer.from(data).toString('base64'),
        kinesisSchemaVersion: '1.0',
        partitionKey: 'device',
        sequenceNumber: sequence,
      },
    })),
  };
}

/** The part of a context that handlers read. */
export function lambdaContext(remainingMs = 60_000): Context {
  const context: Partial<Context> = {
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => remainingMs,
  };
  return context as Context;
}
