import type { Context, KinesisStreamEvent } from 'aws-lambda';

export interface PlainRecord {
  readonly sequence: string;
  readonly data: string | Uint8Array;
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
        data: base64Of(data),
        kinesisSchemaVersion: '1.0',
        partitionKey: 'device',
        sequenceNumber: sequence,
      },
    })),
  };
}

function base64Of(data: string | Uint8Array): string {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return Buffer.from(bytes).toString('base64');
}

/** The part of a context that handlers read. */
export function lambdaContext(remainingMs = 60_000): Context {
  const context: Partial<Context> = {
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => remainingMs,
  };
  return context as Context;
}
