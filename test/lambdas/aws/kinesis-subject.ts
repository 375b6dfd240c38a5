import { randomUUID } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  KinesisClient,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisEventStream } from '../../../lambdas/aws/kinesis-event-stream.ts';
import { KinesisStreamReader } from '../../../lambdas/aws/kinesis-stream-reader.ts';
import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { StreamSubject } from '../../contract/event-stream-contract.ts';
import type { Service, ServicePlace } from './aws-subjects.ts';
import { LOOPBACK } from './loopback-client.ts';
import { LoopbackKinesis } from './loopback-kinesis.ts';
import { openLoopback } from './loopback-server.ts';

const SHARDS = 3;

/** A stream of three shards, on the loopback's own few operations or at a place. */
export async function kinesisSubject(service: Service): Promise<StreamSubject> {
  const streamName = `contract-${randomUUID()}`;
  return service === 'loopback' ? onLoopback(streamName) : onPlace(service, streamName);
}

async function onLoopback(streamName: string): Promise<StreamSubject> {
  const kinesis = new LoopbackKinesis({ streamName, shards: SHARDS });
  const server = await openLoopback((request) => kinesis.answer(request));
  const client = clientWith({ ...LOOPBACK, endpoint: server.url });
  return {
    ...clientsOf(client, streamName),
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

async function onPlace(place: ServicePlace, streamName: string): Promise<StreamSubject> {
  const client = clientWith(place);
  await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: SHARDS }));
  await waitUntilStreamExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { StreamName: streamName },
  );
  return {
    ...clientsOf(client, streamName),
    close: async () => {
      await client.send(new DeleteStreamCommand({ StreamName: streamName }));
      client.destroy();
    },
  };
}

function clientsOf(
  client: KinesisClient,
  streamName: string,
): Pick<StreamSubject, 'open' | 'recordsOf' | 'reader'> {
  return {
    open: async () => new KinesisEventStream({ client, streamName }),
    reader: async () => new KinesisStreamReader({ client, streamName }),
    recordsOf: async (shardId) => Array.fromAsync(recordsOfShard(client, streamName, shardId)),
  };
}

/** All that a shard holds, from its beginning to what is there now. */
export async function* recordsOfShard(
  client: KinesisClient,
  streamName: string,
  shardId: string,
): AsyncGenerator<StreamRecord> {
  const place = { StreamName: streamName, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let iterator = (await client.send(new GetShardIteratorCommand(place))).ShardIterator;
  while (iterator !== undefined) {
    const page: GetRecordsOutput = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    for (const record of page.Records ?? []) {
      yield {
        shardId,
        sequenceNumber: record.SequenceNumber ?? '',
        partitionKey: record.PartitionKey ?? '',
        arrivalTimeMs: record.ApproximateArrivalTimestamp?.getTime() ?? Number.NaN,
        data: record.Data ?? new Uint8Array(),
      };
    }
    const isAtEnd = (page.Records ?? []).length === 0 && (page.MillisBehindLatest ?? 0) === 0;
    iterator = isAtEnd ? undefined : page.NextShardIterator;
  }
}

/** HTTP/1.1: no emulator answers the client's own HTTP/2 well. */
export function clientWith(place: ServicePlace): KinesisClient {
  return new KinesisClient({ ...place, requestHandler: new NodeHttpHandler() });
}
