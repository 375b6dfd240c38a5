import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { EventStream, StreamPositions, StreamReader } from '../ports/stream.ts';
import { KinesisEventStream } from './kinesis-event-stream.ts';
import { KinesisStreamPositions } from './kinesis-stream-positions.ts';
import { KinesisStreamReader } from './kinesis-stream-reader.ts';

export interface KinesisPlace {
  readonly streamName: string;
  /** Absent: where the SDK always looks. */
  readonly region?: string;
  /** Of an emulator; absent: `AWS_ENDPOINT_URL`, else AWS. */
  readonly endpoint?: string;
}

/** The caller closes it. */
export function openKinesisEventStream(place: KinesisPlace): EventStream & { close(): void } {
  const client = openClient(place);
  const stream = new KinesisEventStream({ client, streamName: place.streamName });
  return { put: (records) => stream.put(records), close: () => client.destroy() };
}

/** The caller closes it. */
export function openKinesisStreamReader(place: KinesisPlace): StreamReader & { close(): void } {
  const client = openClient(place);
  const reader = new KinesisStreamReader({ client, streamName: place.streamName });
  return { readRange: (range) => reader.readRange(range), close: () => client.destroy() };
}

/** Lives as long as its function. */
export function openKinesisStreamPositions(place: KinesisPlace): StreamPositions {
  return new KinesisStreamPositions({ client: openClient(place), streamName: place.streamName });
}

/** HTTP/1.1: the client's own choice is HTTP/2, which no emulator answers well. */
function openClient({ region, endpoint }: KinesisPlace): KinesisClient {
  const config: KinesisClientConfig = {
    maxAttempts: 3,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    }),
  };
  return new KinesisClient({
    ...config,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}
