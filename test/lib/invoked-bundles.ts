import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { LoopbackDynamoDb } from '../lambdas/aws/loopback-dynamodb.ts';
import { LoopbackKinesis } from '../lambdas/aws/loopback-kinesis.ts';
import { LoopbackS3 } from '../lambdas/aws/loopback-s3.ts';
import { type LoopbackServer, openLoopback } from '../lambdas/aws/loopback-server.ts';
import { ROOT, type Synthesized } from './synthesized.ts';

const run = promisify(execFile);

export interface Invocation {
  readonly answer: unknown;
  /** All that it logged. */
  readonly log: string;
}

/** A stage's functions as they would be uploaded, and an AWS on the loopback, new for each test. */
export interface Bundles {
  readonly s3: LoopbackS3;
  readonly dynamoDb: LoopbackDynamoDb;
  readonly kinesis: LoopbackKinesis;
  /** Of the loopback. */
  readonly url: string;
  /** The folder that would be uploaded as the function's code. */
  assetOf(name: string): string;
  /** An ES module where the function reads folders beside it. */
  bundleOf(name: string): string;
  /** Runs the function for one event, in a process of its own. Rejects when it throws. */
  invoke(
    name: string,
    event: unknown,
    variables: Readonly<Record<string, string>>,
    remainingMs?: number,
  ): Promise<Invocation>;
}

/** To be called once in a test file: it registers what goes before and after its tests. */
export function useBundles(stage: Synthesized): Bundles {
  let server: LoopbackServer;
  let dynamoDb: LoopbackDynamoDb;
  let kinesis: LoopbackKinesis;
  let s3: LoopbackS3;

  beforeAll(async () => {
    server = await openLoopback((request) => {
      if (request.url.pathname === '/secretsmanager/get') {
        return { status: 200, body: JSON.stringify({ SecretString: 'k'.repeat(64) }) };
      }
      const target = request.headers['x-amz-target'];
      if (target === undefined) return s3.answer(request);
      // An Athena without a past.
      if (target === 'AmazonAthena.ListQueryExecutions') return { status: 200, body: '{}' };
      return String(target).startsWith('Kinesis') ? kinesis.answer(request) : dynamoDb.answer(request);
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    s3 = new LoopbackS3();
    dynamoDb = new LoopbackDynamoDb();
    kinesis = new LoopbackKinesis({ streamName: 'events' });
    dynamoDb.createTable('ledger', ['kind', 'id']);
    dynamoDb.createTable('claims', ['event_id']);
  });

  const assetOf = (name: string): string => {
    const [code] = stage
      .of('AWS::Lambda::Function')
      .filter(({ id }) => id.startsWith(name))
      .map(({ Properties }) => Properties.Code as { readonly S3Key: string });
    return join(stage.directory, `asset.${code?.S3Key.replace('.zip', '')}`);
  };
  const bundleOf = (name: string): string => {
    const module = join(assetOf(name), 'index.mjs');
    return existsSync(module) ? module : join(assetOf(name), 'index.js');
  };
  return {
    get s3() {
      return s3;
    },
    get dynamoDb() {
      return dynamoDb;
    },
    get kinesis() {
      return kinesis;
    },
    get url() {
      return server.url;
    },
    assetOf,
    bundleOf,
    invoke: (name, event, variables, remainingMs = 900_000) =>
      invoked([bundleOf(name), JSON.stringify(event), String(remainingMs)], {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: server.url,
        METRICS_NAMESPACE: 'Millpond/dev',
        RAW_BUCKET: 'raw',
        LEDGER_TABLE: 'ledger',
        ...variables,
      }),
  };
}

async function invoked(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Invocation> {
  const program = join(ROOT, 'test', 'lib', 'invoke-bundle.ts');
  const { stdout, stderr } = await run(process.execPath, [program, ...args], { env });
  const lines = stdout.trimEnd().split('\n');
  return { answer: JSON.parse(lines.at(-1) ?? ''), log: `${lines.slice(0, -1).join('\n')}${stderr}` };
}
