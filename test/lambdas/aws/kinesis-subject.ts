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
import type { EventStream, StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { StreamSubject } from '../../contract/event-stream-contract.ts';
import type { NetworkSubject } from '../../contract/subject.ts';
import { networkSubject, type Service, type ServicePlace } from './aws-subjects.ts';
import { LOOPBACK } from './loopback-client.ts';
import { LoopbackKinesis } from './loopback-kinesis.ts';
import { openLoopback } from './loopback-server.ts';

const SHARDS = 3;

interface OpenPlace {
  readonly place: ServicePlace;
  close(): Promise<void>;
}

/** A stream of three shards, on the loopback's own few operations or at a place. */
export async function kinesisSubject(service: Service): Promise<StreamSubject & NetworkSubject<EventStream>> {
  const streamName = `contract-${randomUUID()}`;
  const opened = service === 'loopback' ? await onLoopback(streamName) : await onPlace(service, streamName);
  const client = clientWith(opened.place);
  const clients = networkSubject({
    place: opened.place,
    client: clientWith,
    open: (made) => new KinesisEventStream({ client: made, streamName }),
    close: async () => {
      client.destroy();
      await opened.close();
    },
  });
  return {
    ...clients,
    reader: async () => new KinesisStreamReader({ client, streamName }),
    recordsOf: async (shardId) => Array.fromAsync(recordsOfShard(client, streamName, shardId)),
  };
}

async function onLoopback(streamName: string): Promise<OpenPlace> {
  const kinesis = new LoopbackKinesis({ streamName, shards: SHARDS });
  const server = await openLoopback((request) => kinesis.answer(request));
  return { place: { ...LOOPBACK, endpoint: server.url }, close: () => server.close() };
}

async function onPlace(place: ServicePlace, streamName: string): Promise<OpenPlace> {
  const admin = clientWith(place);
  await admin.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: SHARDS }));
  await waitUntilStreamExists(
    { client: admin, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { StreamName: streamName },
  );
  return {
    place,
    close: async () => {
      await admin.send(new DeleteStreamCommand({ StreamName: streamName }));
      admin.destroy();
    },
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
