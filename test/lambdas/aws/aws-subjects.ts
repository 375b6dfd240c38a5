import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Subject } from '../../contract/subject.ts';
import { LOOPBACK, openLoopbackClient } from './loopback-client.ts';
import { LoopbackDynamoDb } from './loopback-dynamodb.ts';
import { LoopbackS3 } from './loopback-s3.ts';
import { openLoopback } from './loopback-server.ts';

/** Of an emulator or a sandbox; without one, the suites run on the loopback's own few operations. */
export const ENDPOINT = process.env.AWS_ENDPOINT_URL;

export async function dynamoDbSubject<Store>(
  keys: readonly string[],
  open: (client: DynamoDBClient, tableName: string) => Store,
): Promise<Subject<Store>> {
  const tableName = `contract_${randomUUID().replaceAll('-', '')}`;
  const clients: DynamoDBClient[] = [];
  const openWith = (client: DynamoDBClient): Store => {
    clients.push(client);
    return open(client, tableName);
  };
  if (ENDPOINT === undefined) {
    const dynamoDb = new LoopbackDynamoDb();
    dynamoDb.createTable(tableName, keys);
    const server = await openLoopback((request) => dynamoDb.answer(request));
    return {
      open: async () => openWith(new DynamoDBClient({ ...LOOPBACK, endpoint: server.url })),
      close: async () => {
        for (const client of clients) client.destroy();
        await server.close();
      },
    };
  }
  const admin = new DynamoDBClient({});
  await admin.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  return {
    open: async () => openWith(new DynamoDBClient({})),
    close: async () => {
      await admin.send(new DeleteTableCommand({ TableName: tableName }));
      for (const client of [admin, ...clients]) client.destroy();
    },
  };
}

export async function s3Subject<Store>(
  open: (client: S3Client, bucket: string) => Store,
): Promise<Subject<Store>> {
  const bucket = `contract-${randomUUID()}`;
  if (ENDPOINT === undefined) {
    const s3 = new LoopbackS3();
    const { client, close } = await openLoopbackClient(
      (request) => s3.answer(request),
      (config) => new S3Client({ ...config, forcePathStyle: true }),
    );
    return { open: async () => open(client, bucket), close };
  }
  const client = new S3Client({ forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { open: async () => open(client, bucket), close: async () => client.destroy() };
}
