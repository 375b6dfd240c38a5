import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { NetworkSubject } from '../../contract/subject.ts';
import { faultProxy } from './fault-proxy.ts';
import { instantRetries } from './instant-retries.ts';
import { LOOPBACK } from './loopback-client.ts';
import { LoopbackDynamoDb } from './loopback-dynamodb.ts';
import { LoopbackS3 } from './loopback-s3.ts';
import { type LoopbackServer, openLoopback } from './loopback-server.ts';

/** What clients are told to reach a service. Region and credentials absent: where the SDK always looks. */
export type ServicePlace = { readonly endpoint: string } & Partial<typeof LOOPBACK>;

/** The loopback's own few operations, or real servers at a place. */
export type Service = 'loopback' | ServicePlace;

/** Of an emulator or a sandbox. */
const ENDPOINT = process.env.AWS_ENDPOINT_URL;
export const SERVICE: Service = ENDPOINT === undefined ? 'loopback' : { endpoint: ENDPOINT };

/** So many tries make a bad line that breaks each third request as good as sure to pass. */
const ATTEMPTS = 12;

interface Clients<Client, Store> {
  readonly place: ServicePlace;
  readonly client: (
    place: ServicePlace & { readonly retryStrategy?: ReturnType<typeof instantRetries> },
  ) => Client;
  readonly open: (client: Client) => Store;
  /** Runs when all clients are gone. */
  readonly close: () => Promise<void>;
}

/** Clients of one store, some of them behind bad lines. */
export function networkSubject<Client extends { destroy(): void }, Store>({
  place,
  client,
  open,
  close,
}: Clients<Client, Store>): NetworkSubject<Store> {
  const clients: Client[] = [];
  const proxies: LoopbackServer[] = [];
  const opened = (made: Client): Store => {
    clients.push(made);
    return open(made);
  };
  return {
    open: async () => opened(client(place)),
    openThrough: async (faults) => {
      const proxy = await openLoopback(faultProxy(place.endpoint, faults));
      proxies.push(proxy);
      return opened(client({ ...place, endpoint: proxy.url, retryStrategy: instantRetries(ATTEMPTS) }));
    },
    close: async () => {
      for (const each of clients) each.destroy();
      for (const proxy of proxies) await proxy.close();
      await close();
    },
  };
}

export async function dynamoDbSubject<Store>(
  service: Service,
  keys: readonly string[],
  open: (client: DynamoDBClient, tableName: string) => Store,
): Promise<NetworkSubject<Store>> {
  const tableName = `contract_${randomUUID().replaceAll('-', '')}`;
  const client = (place: ServicePlace) => new DynamoDBClient(place);
  const openOn = (made: DynamoDBClient): Store => open(made, tableName);
  if (service === 'loopback') {
    const dynamoDb = new LoopbackDynamoDb();
    dynamoDb.createTable(tableName, keys);
    const server = await openLoopback((request) => dynamoDb.answer(request));
    const place = { ...LOOPBACK, endpoint: server.url };
    return networkSubject({ place, client, open: openOn, close: () => server.close() });
  }
  const admin = new DynamoDBClient(service);
  await admin.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const close = async () => {
    await admin.send(new DeleteTableCommand({ TableName: tableName }));
    admin.destroy();
  };
  return networkSubject({ place: service, client, open: openOn, close });
}

export async function s3Subject<Store>(
  service: Service,
  open: (client: S3Client, bucket: string) => Store,
): Promise<NetworkSubject<Store>> {
  const bucket = `contract-${randomUUID()}`;
  const client = (place: ServicePlace) => new S3Client({ ...place, forcePathStyle: true });
  const openOn = (made: S3Client): Store => open(made, bucket);
  if (service === 'loopback') {
    const s3 = new LoopbackS3();
    const server = await openLoopback((request) => s3.answer(request));
    const place = { ...LOOPBACK, endpoint: server.url };
    return networkSubject({ place, client, open: openOn, close: () => server.close() });
  }
  const admin = client(service);
  await admin.send(new CreateBucketCommand({ Bucket: bucket }));
  return networkSubject({ place: service, client, open: openOn, close: async () => admin.destroy() });
}
