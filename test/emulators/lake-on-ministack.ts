import { randomUUID } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDbLedgerStore } from '../../lambdas/aws/dynamodb-ledger-store.ts';
import { S3ObjectStore } from '../../lambdas/aws/s3-object-store.ts';
import type { ConsumeEventsVariables } from '../../lambdas/consume-events/env.ts';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';

/** Bucket and tables of one lake, and a look into them. */
export interface LakeOnMiniStack {
  readonly ledger: DynamoDbLedgerStore;
  readonly objects: S3ObjectStore;
  /** What the consumer's function is told. */
  readonly variables: ConsumeEventsVariables;
  /** The parsed lines of all objects under a prefix, in order of their keys. */
  lines(prefix: string): Promise<readonly Readonly<Record<string, string>>[]>;
  close(): void;
}

export async function openLakeOnMiniStack(place: ServicePlace): Promise<LakeOnMiniStack> {
  const id = randomUUID();
  const variables: ConsumeEventsVariables = {
    METRICS_NAMESPACE: 'Millpond/emulators',
    RAW_BUCKET: `raw-${id}`,
    CLAIMS_TABLE: `claims-${id}`,
    LEDGER_TABLE: `ledger-${id}`,
    DEDUP: 'owner',
    CLAIM_TTL_MS: String(8 * 86_400_000),
    COMPRESSION_CODEC: 'zstd',
    COMPRESSION_LEVEL: '1',
  };
  const s3 = new S3Client({ ...place, forcePathStyle: true });
  const dynamoDb = new DynamoDBClient(place);
  await s3.send(new CreateBucketCommand({ Bucket: variables.RAW_BUCKET }));
  await createTable(dynamoDb, variables.CLAIMS_TABLE, ['event_id']);
  await createTable(dynamoDb, variables.LEDGER_TABLE, ['kind', 'id']);
  const objects = new S3ObjectStore({ client: s3, bucket: variables.RAW_BUCKET });
  return {
    ledger: new DynamoDbLedgerStore({ client: dynamoDb, tableName: variables.LEDGER_TABLE }),
    objects,
    variables,
    lines: async (prefix) => {
      const keys = await Array.fromAsync(objects.list(prefix));
      const bodies = await Promise.all(keys.map(async (key) => textOf(key, await objects.get(key))));
      return bodies.flatMap((body) => body.trimEnd().split('\n')).map((line) => JSON.parse(line));
    },
    close: () => {
      s3.destroy();
      dynamoDb.destroy();
    },
  };
}

function textOf(key: string, body: Uint8Array | null): string {
  if (body === null) throw new Error(`${key} is listed and not there`);
  return (key.endsWith('.zst') ? zstdDecompressSync(body) : gunzipSync(body)).toString('utf8');
}

async function createTable(client: DynamoDBClient, name: string, keys: readonly string[]): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
}
