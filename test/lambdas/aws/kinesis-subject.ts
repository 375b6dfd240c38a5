import { randomUUID } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  KinesisClient,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisEventStream } from '../../../lambdas/aws/kinesis-event-stream.ts';
import { KinesisStreamReader } from '../../../lambdas/aws/kinesis-stream-reader.ts';
import type { StreamSubject } from '../../contract/event-stream-contract.ts';
import type { Service, ServicePlace } from './aws-subjects.ts';
import { LOOPBACK } from './loopback-client.ts';
import { LoopbackKinesis } from './loopback-kinesis.ts';
import { openLoopback } from './loopback-server.ts';

const SHARDS = 3;
/** Above any sequence number that a stream gives out. */
const NO_END = '9'.repeat(60);

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

function clientsOf(client: KinesisClient, streamName: string): Pick<StreamSubject, 'open' | 'recordsOf'> {
  const reader = new KinesisStreamReader({ client, streamName });
  return {
    open: async () => new KinesisEventStream({ client, streamName }),
    recordsOf: async (shardId) => {
      const range = { shardId, firstSequence: '0', lastSequence: NO_END };
      return (await Array.fromAsync(reader.readRange(range))).flat();
    },
  };
}

function clientWith(place: ServicePlace): KinesisClient {
  return new KinesisClient({ ...place, requestHandler: new NodeHttpHandler() });
}
