import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kinesisEvent } from '../lambdas/runtime/lambda-events.ts';
import { givenUp, putOnStream, withoutPayload } from './given-up-batch.ts';
import { useBundles } from './invoked-bundles.ts';
import { ROOT, synthesizeWithBundles } from './synthesized.ts';

const MAX_BYTES = 1_000_000;
const ARRIVAL_MS = Date.UTC(2026, 0, 31, 10, 15);
const FUNCTIONS = [
  'ConsumeEvents',
  'RedriveFailures',
  'RecoverEvents',
  'IngestFakestore',
  'DroppedFilesIngestion',
  'RunLake',
] as const;

const bundles = useBundles(synthesizeWithBundles('dev'));
const { assetOf, bundleOf, invoke } = bundles;

it.each(FUNCTIONS)('%s is one file of at most 1 MB', (name) => {
  expect(statSync(bundleOf(name)).size).toBeLessThanOrEqual(MAX_BYTES);
});

it('the SQL of the models travels with the run, whole', () => {
  for (const zone of ['sources', 'staging', 'curated', 'touched', 'checks']) {
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
    expect(bundles.s3.objects.size).toBe(0);
  });

  it('lands a batch: objects, claim, ledger row and checkpoint', async () => {
    const { answer } = await invoke('ConsumeEvents', event, variables);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect([...bundles.s3.objects.keys()].map((key) => key.split('/ingest_date')[0]).sort()).toEqual([
      'quarantine/events',
      'raw/events',
    ]);
    expect(bundles.dynamoDb.items('claims').map((item) => item.owner?.S)).toEqual([
      'shardId-000000000000#101',
    ]);
    expect(
      bundles.dynamoDb
        .items('ledger')
        .map((item) => item.kind?.S)
        .sort(),
    ).toEqual(['checkpoint', 'row#events', 'unstaged#events']);
  });

  it('fault 12: lands nothing twice when it is given the batch again', async () => {
    await invoke('ConsumeEvents', event, variables);
    const before = [...bundles.s3.objects.entries()];

    await invoke('ConsumeEvents', event, variables);

    expect([...bundles.s3.objects.entries()]).toEqual(before);
    expect(bundles.dynamoDb.items('ledger')).toHaveLength(3);
  });

  it('fault 56: counts what it did, and logs nothing of what it was given', async () => {
    const { log } = await invoke('ConsumeEvents', event, variables);

    expect(log).not.toMatch(/canary|poison|bcce-b302099a8057/);
    expect(log).toContain('"EventsQuarantined":1');
    expect(log).toContain('"Namespace":"Millpond/dev"');
    expect(log).toContain('batch landed');
  });

  it('fault 19: lands without claims when the table is down', async () => {
    bundles.dynamoDb.fault = (operation) => (operation === 'BatchExecuteStatement' ? 'reset' : null);

    const { answer, log } = await invoke('ConsumeEvents', event, variables);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(log).toContain('"DedupBypassed":1');
  });

  it('fault 15: throws when S3 is down, and leaves no ledger row', async () => {
    bundles.s3.fault = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });

    await expect(invoke('ConsumeEvents', event, variables)).rejects.toThrow(/AccessDenied/);
    expect(bundles.dynamoDb.items('ledger')).toEqual([]);
  });
});

describe('the bundle of redrive-failures', () => {
  const variables = { ...LANDING, FAILURES_BUCKET: 'failures', STREAM_NAME: 'events' };
  const data = Buffer.from('{"canary": poison');

  it('fault 25: lands a batch that Lambda gave up, once, and says what is left', async () => {
    const place = { shardId: 'shardId-000000000000', sequenceNumber: '7', partitionKey: 'd' };
    const { key, body } = givenUp({ ...place, arrivalTimeMs: ARRIVAL_MS, data });
    bundles.s3.objects.set(key, body);
    bundles.s3.objects.set('aws/lambda/m/rubbish', Buffer.from('canary'));

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
    expect([...bundles.s3.objects.keys()].filter((each) => each.startsWith('redriven/'))).toEqual([
      `redriven/${key}.json`,
    ]);
    expect(bundles.dynamoDb.items('ledger')).toHaveLength(3);
    expect(first.log).not.toContain('canary');
    expect(first.log).toContain('"BatchesRedriven":1');
  });

  it('fault 25: reads from the stream again what was given up by its positions alone', async () => {
    const place = { ...(await putOnStream(bundles.url, data)), partitionKey: 'd', arrivalTimeMs: ARRIVAL_MS };
    const { key, body } = givenUp({ ...place, data });
    bundles.s3.objects.set(key, withoutPayload(body));

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
  const lease = bundles.dynamoDb.items('ledger').find((item) => item.kind?.S === 'lease');
  expect(lease).toMatchObject({ fence: { N: '1' } });
  expect(lease?.holder).toBeUndefined();
});

it('the bundle of run-lake refuses a backfill of an empty lake, and takes no lease for it', async () => {
  const task = { kind: 'backfill', from: '2026-01-01', to: '2026-01-31' };
  const execution = { name: 'by-hand', startedAt: '2026-01-31T10:00:00Z' };

  await expect(invoke('RunLake', { input: { task }, execution }, RUN_LAKE)).rejects.toThrow(
    /TaskError\]?: The lake is empty/,
  );
  expect(bundles.dynamoDb.items('ledger')).toEqual([]);
});
