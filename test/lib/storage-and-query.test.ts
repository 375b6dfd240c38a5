import { expect, it } from 'vitest';
import { settingsOf } from '../../lib/settings/stage-settings.ts';
import { RAW_ZONES } from '../../lib/stacks/storage-stack.ts';
import { actionsOf, bucketStatements, roleStatements } from './policies.ts';
import { type Synthesized, synthesize } from './synthesized.ts';

const dev = synthesize('dev');
const prod = synthesize('prod');
const stages: readonly [string, Synthesized][] = [
  ['dev', dev],
  ['prod', prod],
];
const { analystScanLimitGb, pipelineScanLimitGb } = settingsOf('prod');
const DELETES = ['s3:DeleteObject', 's3:DeleteObjectVersion'];

it.each(stages)(
  'fault 59: every bucket of %s is encrypted, versioned and closed to the public',
  (_, stage) => {
    const buckets = stage.of('AWS::S3::Bucket');

    expect(buckets).toHaveLength(6);
    for (const { Properties } of buckets) {
      expect(Properties.BucketEncryption).toMatchObject({
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      });
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
  },
);

it.each(stages)(
  'fault 59: every bucket, queue and topic of %s refuses what comes without TLS',
  (_, stage) => {
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap(
      stage.of,
    );

    expect(policies).toHaveLength(6 + 3 + 1);
    for (const { Properties } of policies) {
      expect(JSON.stringify(Properties)).toContain('"Effect":"Deny"');
      expect(JSON.stringify(Properties)).toContain('"Bool":{"aws:SecureTransport":"false"}');
    }
  },
);

it.each(stages)(
  'no role of %s may delete from the raw zones, or from any bucket but the tables',
  (_, stage) => {
    const deleting = roleStatements(stage).filter((statement) =>
      actionsOf(statement).some((action) => /^s3:(Delete|\*|Put(Lifecycle|BucketPolicy))/.test(action)),
    );

    expect(deleting.length).toBeGreaterThan(0);
    for (const { Resource } of deleting) {
      expect(JSON.stringify(Resource)).toMatch(/LakeBucket/);
      expect(JSON.stringify(Resource)).not.toMatch(/RawBucket|FailuresBucket|LandingBucket/);
    }
  },
);

it.each(stages)(
  'promise 2: the raw zones of %s take no object without the condition that it be new',
  (_, stage) => {
    const guard = bucketStatements(stage).find(
      (each) => actionsOf(each).includes('s3:PutObject') && each.Effect === 'Deny',
    );

    expect(guard?.owner).toMatch(/^RawBucket/);
    expect(guard?.Condition).toEqual({
      Bool: { 's3:ObjectCreationOperation': 'true' },
      Null: { 's3:if-none-match': 'true' },
    });
    for (const zone of RAW_ZONES) expect(JSON.stringify(guard?.Resource)).toContain(`/${zone}*`);
  },
);

it('fault 60: in production nobody may delete what is raw, and buckets, tables and stream outlive their stacks', () => {
  const guard = bucketStatements(prod).find((each) => actionsOf(each).includes('s3:DeleteObject'));
  const lasting = [
    'AWS::S3::Bucket',
    'AWS::DynamoDB::Table',
    'AWS::Kinesis::Stream',
    'AWS::SecretsManager::Secret',
  ];

  expect(guard).toMatchObject({ Effect: 'Deny', Action: DELETES, Principal: { AWS: '*' } });
  expect(lasting.flatMap(prod.of).map((resource) => resource.DeletionPolicy)).toEqual(
    Array(10).fill('Retain'),
  );
});

it('a sandbox lets itself be removed, but no function empties a bucket', () => {
  expect(dev.of('AWS::S3::Bucket').map((bucket) => bucket.DeletionPolicy)).toEqual(Array(6).fill('Delete'));
  expect(JSON.stringify(dev.resources)).not.toContain('AutoDeleteObjects');
});

it.each(stages)(
  'every bucket of %s gets rid of broken uploads, old versions, or what it holds',
  (_, stage) => {
    for (const { Properties } of stage.of('AWS::S3::Bucket')) {
      expect(JSON.stringify(Properties.LifecycleConfiguration)).toContain('NoncurrentVersionExpiration');
    }
  },
);

it('raw objects never expire', () => {
  const raw = prod.of('AWS::S3::Bucket').find(({ id }) => id.startsWith('RawBucket'));

  expect(JSON.stringify(raw?.Properties.LifecycleConfiguration)).not.toMatch(/"Expiration(InDays|Date)"/);
});

it('the database is that of the stage', () => {
  expect(prod.of('AWS::Glue::Database')[0]?.Properties).toMatchObject({
    DatabaseInput: { Name: 'millpond_prod' },
  });
});

it.each([
  ['millpond-prod-pipeline', pipelineScanLimitGb],
  ['millpond-prod-analyst', analystScanLimitGb],
])('fault 62: %s cancels a query that scans too much, and no client overrides it', (name, limitGb) => {
  const group = prod.of('AWS::Athena::WorkGroup').find(({ Properties }) => Properties.Name === name);

  expect(group?.Properties.WorkGroupConfiguration).toMatchObject({
    EnforceWorkGroupConfiguration: true,
    BytesScannedCutoffPerQuery: limitGb * 1e9,
    EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
    PublishCloudWatchMetricsEnabled: true,
    ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
  });
});
