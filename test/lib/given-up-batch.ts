import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisEventStream } from '../../lambdas/aws/kinesis-event-stream.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import { failureObject } from '../../local/event-source-mapping/failure-record.ts';
import { LOOPBACK } from '../lambdas/aws/loopback-client.ts';

const NAMES = { mappingId: 'm', functionArn: 'f', streamArn: 's', region: 'r', roleArn: 'a' };

/** What Lambda writes to the failure bucket of a batch of one record. */
export function givenUp(record: StreamRecord): { readonly key: string; readonly body: Buffer } {
  const batch = { shardId: record.shardId, records: [record] };
  const discarded = {
    batch,
    condition: 'RetryAttemptsExhausted',
    invocations: 3,
    discardedAtMs: record.arrivalTimeMs,
  } as const;
  const { key, body } = failureObject('', discarded, NAMES);
  return { key, body: Buffer.from(body) };
}

/** The same as a queue would be told: positions only. */
export function withoutPayload(body: Buffer): Buffer {
  const { payload: _, ...positions } = JSON.parse(body.toString());
  return Buffer.from(JSON.stringify(positions));
}

/** Puts a record on a loopback's stream; where it stands there. */
export async function putOnStream(
  url: string,
  data: Buffer,
): Promise<Pick<StreamRecord, 'shardId' | 'sequenceNumber'>> {
  const client = new KinesisClient({ ...LOOPBACK, endpoint: url, requestHandler: new NodeHttpHandler() });
  const stream = new KinesisEventStream({ client, streamName: 'events' });
  const [put] = await stream.put([{ partitionKey: 'd', data }]);
  client.destroy();
  if (put?.kind !== 'accepted') throw new Error('the stream refused the record');
  return put;
}
