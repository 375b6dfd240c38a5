import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LoopbackDynamoDb } from './loopback-dynamodb.ts';
import { type Answering, openLoopback } from './loopback-server.ts';

/** What a client needs to be told, besides the address, to speak to a server that asks for no rights. */
export const LOOPBACK = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;

export type LoopbackConfig = typeof LOOPBACK & { readonly endpoint: string };

export interface LoopbackClient<Client> {
  readonly client: Client;
  /** Of the client and of the server that it speaks to. */
  close(): Promise<void>;
}

/** A client of the SDK whose requests `answering` answers. */
export async function openLoopbackClient<Client extends { destroy(): void }>(
  answering: Answering,
  open: (config: LoopbackConfig) => Client,
): Promise<LoopbackClient<Client>> {
  const server = await openLoopback(answering);
  const client = open({ ...LOOPBACK, endpoint: server.url });
  return {
    client,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

/** A DynamoDB of one table, and a client that does not repeat by itself. */
export async function openLoopbackDynamoDb(
  table: string,
  keys: readonly string[],
): Promise<LoopbackClient<DynamoDBClient> & { readonly dynamoDb: LoopbackDynamoDb }> {
  const dynamoDb = new LoopbackDynamoDb();
  dynamoDb.createTable(table, keys);
  const opened = await openLoopbackClient(
    (request) => dynamoDb.answer(request),
    (config) => new DynamoDBClient({ ...config, maxAttempts: 1 }),
  );
  return { ...opened, dynamoDb };
}
