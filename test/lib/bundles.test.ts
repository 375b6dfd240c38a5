import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fewerRowsFault } from '../../simulator/fakestore/faults.ts';
import { startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { LoopbackDynamoDb } from '../lambdas/aws/loopback-dynamodb.ts';
import { LoopbackKinesis } from '../lambdas/aws/loopback-kinesis.ts';
import { LoopbackS3 } from '../lambdas/aws/loopback-s3.ts';
import { type LoopbackServer, openLoopback } from '../lambdas/aws/loopback-server.ts';
import { kinesisEvent } from '../lambdas/runtime/lambda-events.ts';
import { givenUp, putOnStream, withoutPayload } from './given-up-batch.ts';
import { ROOT, synthesizeWithBundles } from './synthesized.ts';

const run = promisify(execFile);
const MAX_BYTES = 1_000_000;
const ARRIVAL_MS = Date.UTC(2026, 0, 31, 10, 15);
const FUNCTIONS = [
  'ConsumeEvents',
  'RedriveFailures',
  'RecoverEvents',
  'IngestFakestore',
  'RunLake',
] as const;

const stage = synthesizeWithBundles('dev');
let dynamoDb: LoopbackDynamoDb;
let kinesis: LoopbackKinesis;
let s3: LoopbackS3;
let aws: LoopbackServer;

/** The folder that would be uploaded as the function's code. */
function assetOf(name: (typeof FUNCTIONS)[number]): string {
  const [code] = stage
    .of('AWS::Lambda::Function')
    .filter(({ id }) => id.startsWith(name))
    .map(({ Properties }) => Properties.Code as { readonly S3Key: string });
  return join(stage.directory, `asset.${code?.S3Key.replace('.zip', '')}`);
}

/** An ES module where the function reads folders beside it. */
function bundleOf(name: (typeof FUNCTIONS)[number]): string {
  const module = join(assetOf(name), 'index.mjs');
  return existsSync(module) ? module : join(assetOf(name), 'index.js');
}

interface Invocation {
  readonly answer: unknown;
  /** All that it logged. */
  readonly log: string;
}

async function invoke(
  name: (typeof FUNCTIONS)[number],
  event: unknown,
  variables: Readonly<Record<string, string>>,
  remainingMs = 900_000,
): Promise<Invocation> {
  const program = join(ROOT, 'test', 'lib', 'invoke-bundle.ts');
  const { stdout, stderr } = await run(
    process.execPath,
    [program, bundleOf(name), JSON.stringify(event), String(remainingMs)],
    {
      env: {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: aws.url,
        METRICS_NAMESPACE: 'Millpond/dev',
        RAW_BUCKET: 'raw',
        LEDGER_TABLE: 'ledger',
        ...variables,
      },
    },
  );
  const lines = stdout.trimEnd().split('\n');
  return { answer: JSON.parse(lines.at(-1) ?? ''), log: `${lines.slice(0, -1).join('\n')}${stderr}` };
}

beforeAll(async () => {
  aws = await openLoopback((request) => {
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

afterAll(() => aws.close());

beforeEach(() => {
  s3 = new LoopbackS3();
  dynamoDb = new LoopbackDynamoDb();
  kinesis = new LoopbackKinesis({ streamName: 'events' });
  dynamoDb.createTable('ledger', ['kind', 'id']);
  dynamoDb.createTable('claims', ['event_id']);
});

it.each(FUNCTIONS)('%s is one file of at most 1 MB', (name) => {
  expect(statSync(bundleOf(name)).size).toBeLessThanOrEqual(MAX_BYTES);
});

it('the SQL of the models travels with the run, whole', () => {
  for (const zone of ['sources', 'staging', 'curated', 'checks']) {
    expect(readdirSync(join(assetOf('RunLake'), 'athena', zone))).toEqual(
      readdirSync(join(ROOT, 'athena', zone)),
    );
  }
  expect(existsSync(join(assetOf('ConsumeEvents'), 'athena'))).toBe(false);
});

const LANDING = {
  CLAIMS_TABLE: 'claims',
  DEDUP: 'owner',
  CLAIM_TTL_MS: '691200000',
  COMPRESSION_CODEC: 'zstd',
  COMPRESSION_LEVEL: '1',
};

describe('the bundle of consume-events', () => {
  const variables = LANDING;
  const good = JSON.stringify({
    event_id: '01890a5d-ac96-774b-bcce-b302099a8057',
    event_type: 'page_view',
    event_time: new Date(ARRIVAL_MS - 1_000).toISOString(),
    anonymous_id: 'canary-device',
    user_id: 'canary-user',
    session_id: 'canary-session',
    schema_version: 1,
    page_path: '/canary-path',
  });
  const event = kinesisEvent('shardId-000000000000', [
    { sequence: '101', data: good, arrivalTimeMs: ARRIVAL_MS },
    { sequence: '102', data: '{"canary": poison', arrivalTimeMs: ARRIVAL_MS + 1 },
  ]);

  it('fault 13: with too little time left it writes nothing and says where to go on', async () => {
    const { answer } = await invoke('ConsumeEvents', event, variables, 20_000);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(s3.objects.size).toBe(0);
  });

  it('lands a batch: objects, claim, ledger row and checkpoint', async () => {
    const { answer } = await invoke('ConsumeEvents', event, variables);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect([...s3.objects.keys()].map((key) => key.split('/ingest_date')[0]).sort()).toEqual([
      'quarantine/events',
      'raw/events',
    ]);
    expect(dynamoDb.items('claims').map((item) => item.owner?.S)).toEqual(['shardId-000000000000#101']);
    expect(
      dynamoDb
        .items('ledger')
        .map((item) => item.kind?.S)
        .sort(),
    ).toEqual(['checkpoint', 'row#events', 'unstaged#events']);
  });

  it('fault 12: lands nothing twice when it is given the batch again', async () => {
    await invoke('ConsumeEvents', event, variables);
    const before = [...s3.objects.entries()];

    await invoke('ConsumeEvents', event, variables);

    expect([...s3.objects.entries()]).toEqual(before);
    expect(dynamoDb.items('ledger')).toHaveLength(3);
  });

  it('fault 56: counts what it did, and logs nothing of what it was given', async () => {
    const { log } = await invoke('ConsumeEvents', event, variables);

    expect(log).not.toMatch(/canary|poison|bcce-b302099a8057/);
    expect(log).toContain('"EventsQuarantined":1');
    expect(log).toContain('"Namespace":"Millpond/dev"');
    expect(log).toContain('batch landed');
  });

  it('fault 19: lands without claims when the table is down', async () => {
    dynamoDb.fault = (operation) => (operation === 'BatchExecuteStatement' ? 'reset' : null);

    const { answer, log } = await invoke('ConsumeEvents', event, variables);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(log).toContain('"DedupBypassed":1');
  });

  it('fault 15: throws when S3 is down, and leaves no ledger row', async () => {
    s3.fault = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });

    await expect(invoke('ConsumeEvents', event, variables)).rejects.toThrow(/AccessDenied/);
    expect(dynamoDb.items('ledger')).toEqual([]);
  });
});

describe('the bundle of redrive-failures', () => {
  const variables = { ...LANDING, FAILURES_BUCKET: 'failures', STREAM_NAME: 'events' };
  const data = Buffer.from('{"canary": poison');

  it('fault 25: lands a batch that Lambda gave up, once, and says what is left', async () => {
    const place = { shardId: 'shardId-000000000000', sequenceNumber: '7', partitionKey: 'd' };
    const { key, body } = givenUp({ ...place, arrivalTimeMs: ARRIVAL_MS, data });
    s3.objects.set(key, body);
    s3.objects.set('aws/lambda/m/rubbish', Buffer.from('canary'));

    const dry = await invoke('RedriveFailures', { dryRun: true }, variables);
    const first = await invoke('RedriveFailures', {}, variables);
    const second = await invoke('RedriveFailures', {}, variables);

    expect(dry.answer).toMatchObject({ redriven: [{ failure: key, records: 1 }], left: 0 });
    expect(first.answer).toMatchObject({
      landed: { received: 1, quarantined: 1 },
      remaining: [{ failure: 'aws/lambda/m/rubbish' }],
      left: 0,
    });
    expect(second.answer).toMatchObject({ redriven: [], done: 1 });
    expect([...s3.objects.keys()].filter((each) => each.startsWith('redriven/'))).toEqual([
      `redriven/${key}.json`,
    ]);
    expect(dynamoDb.items('ledger')).toHaveLength(3);
    expect(first.log).not.toContain('canary');
    expect(first.log).toContain('"BatchesRedriven":1');
  });

  it('fault 25: reads from the stream again what was given up by its positions alone', async () => {
    const place = { ...(await putOnStream(aws.url, data)), partitionKey: 'd', arrivalTimeMs: ARRIVAL_MS };
    const { key, body } = givenUp({ ...place, data });
    s3.objects.set(key, withoutPayload(body));

    const { answer } = await invoke('RedriveFailures', {}, variables);

    expect(answer).toMatchObject({ redriven: [{ failure: key }], landed: { quarantined: 1 }, remaining: [] });
  });
});

it('fault 41: the bundle of recover-events gives quarantine to the contract again', async () => {
  const poison = { sequence: '1', data: '{"canary": poison', arrivalTimeMs: ARRIVAL_MS };
  await invoke('ConsumeEvents', kinesisEvent('shardId-000000000000', [poison]), LANDING);

  const variables = { ...LANDING, STREAM_NAME: 'events' };
  const { answer, log } = await invoke('RecoverEvents', { recover: 'quarantine' }, variables);

  expect(answer).toMatchObject({ kind: 'replayed', refused: { not_json: 1 }, remaining: [], left: 0 });
  expect(log).not.toContain('canary');
});

it('the bundle of ingest-fakestore takes a snapshot, without a password or an e-mail address', async () => {
  const store = await startFakeStore();
  try {
    const { answer, log } = await invoke(
      'IngestFakestore',
      { slot: '2026-01-31T10:00:00Z' },
      {
        FAKESTORE_URL: store.url,
        EMAIL_KEY_SECRET_ARN: 'arn',
        PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(aws.url).port,
      },
    );

    expect(answer).toMatchObject({
      slot: '2026-01-31T10:00:00.000Z',
      kinds: Array(3).fill({ outcome: 'accepted' }),
    });
    expect(s3.objects.size).toBe(3);
    for (const body of s3.objects.values()) {
      expect(gunzipSync(body).toString()).not.toMatch(/@|password/);
    }
    expect(log).toContain('"FakestoreAccepted":3');
    expect(log).not.toContain('@');
  } finally {
    await store.close();
  }
});

it('fault 32: the bundle of ingest-fakestore takes half a catalogue when it is asked to, for that slot', async () => {
  const store = await startFakeStore();
  const variables = {
    FAKESTORE_URL: store.url,
    EMAIL_KEY_SECRET_ARN: 'arn',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(aws.url).port,
  };
  const outcomes = async (event: object): Promise<unknown> => {
    const { answer } = await invoke('IngestFakestore', event, variables);
    return (answer as { kinds: { outcome: string }[] }).kinds.map(({ outcome }) => outcome);
  };
  try {
    await outcomes({ slot: '2026-01-31T10:00:00Z' });
    store.setFaults('products', [fewerRowsFault(10)]);
    const slot = '2026-01-31T11:00:00Z';

    expect(await outcomes({ slot })).toEqual(['refused', 'unchanged', 'unchanged']);
    expect(await outcomes({ slot, acceptShrink: ['products'] })).toEqual([
      'accepted',
      'unchanged',
      'unchanged',
    ]);
    await expect(outcomes({ slot, acceptShrink: ['prices'] })).rejects.toThrow(/products, users, carts/);
    expect(store.unmodified()).toHaveLength(2);
  } finally {
    await store.close();
  }
});

const RUN_LAKE = {
  LAKE_BUCKET: 'lake',
  STREAM_NAME: 'events',
  DATABASE: 'millpond_dev',
  WORK_GROUP: 'millpond-dev-pipeline',
  ALLOWED_LATENESS_MS: '259200000',
  REPORTING_CURRENCY: '',
};

it('the bundle of run-lake finishes at once when nothing is due, and gives the lake back', async () => {
  const { answer } = await invoke('RunLake', { slot: '2026-01-31T10:00:00Z' }, RUN_LAKE);

  expect(answer).toEqual({ runId: 'run-2026-01-31T10:00:00.000Z', status: 'succeeded' });
  const lease = dynamoDb.items('ledger').find((item) => item.kind?.S === 'lease');
  expect(lease).toMatchObject({ fence: { N: '1' } });
  expect(lease?.holder).toBeUndefined();
});

it('the bundle of run-lake refuses a backfill of an empty lake, and takes no lease for it', async () => {
  const task = { kind: 'backfill', from: '2026-01-01', to: '2026-01-31' };
  const execution = { name: 'by-hand', startedAt: '2026-01-31T10:00:00Z' };

  await expect(invoke('RunLake', { input: { task }, execution }, RUN_LAKE)).rejects.toThrow(
    /TaskError\]?: The lake is empty/,
  );
  expect(dynamoDb.items('ledger')).toEqual([]);
});
