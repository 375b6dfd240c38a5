import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DATASETS } from '../../lambdas/domain/datasets/catalogue.ts';
import { TAKEN_TAG } from '../../lambdas/domain/datasets/taken-tag.ts';
import { actionsOf, bucketStatements, roleStatements } from './policies.ts';
import { synthesize } from './synthesized.ts';

const stage = synthesize('prod');
const mine = roleStatements(stage).filter(({ owner }) => owner.startsWith('DroppedFilesIngestion'));
const landing = stage.of('AWS::S3::Bucket').find(({ id }) => id.startsWith('Landing'));
const [rule, ...others] = stage.of('AWS::Events::Rule');

function placesOf(action: string): readonly string[] {
  return mine
    .filter((statement) => actionsOf(statement).includes(action))
    .flatMap(({ Resource }) => JSON.stringify(Resource).match(/[a-z][a-z_]*\/(?:[a-z_]+\/)?\*/g) ?? []);
}

it('each file that is dropped below landing/ invokes the function, and nothing else does', () => {
  expect(others).toEqual([]);
  expect(rule?.Properties.EventPattern).toMatchObject({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { object: { key: [{ prefix: 'landing/' }] } },
  });
  expect(JSON.stringify(rule?.Properties.EventPattern)).toContain('LandingBucket');
  expect(landing?.Properties.NotificationConfiguration).toEqual({
    EventBridgeConfiguration: { EventBridgeEnabled: true },
  });
  const permissions = stage.of('AWS::Lambda::Permission').filter(({ stack }) => stack.endsWith('batch'));
  expect(permissions).toHaveLength(1);
  expect(permissions[0]?.Properties).toMatchObject({ Principal: 'events.amazonaws.com' });
  expect(JSON.stringify(permissions[0]?.Properties.SourceArn)).toContain(rule?.id);
});

it('an event that reaches no function, or fails for good, lies in one queue, with its file untouched', () => {
  const targets = rule?.Properties.Targets as
    | readonly { readonly DeadLetterConfig: { readonly Arn: unknown } }[]
    | undefined;
  const queue = targets?.[0]?.DeadLetterConfig.Arn;
  const ingestion = stage
    .of('AWS::Lambda::Function')
    .find(({ id }) => id.startsWith('DroppedFilesIngestion'));

  expect(queue).toBeDefined();
  expect(ingestion?.Properties.DeadLetterConfig).toEqual({ TargetArn: queue });
});

it('fault 58: the ingestion reads versions and marks them, adds below its prefixes, and appends its rows', () => {
  expect([...new Set(mine.flatMap(actionsOf))].sort()).toEqual([
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObjectVersion',
    's3:PutObject',
    's3:PutObjectVersionTagging',
    'sqs:SendMessage',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(placesOf('s3:GetObjectVersion')).toEqual(['landing/*']);
  expect([...placesOf('s3:PutObject')].sort()).toEqual([
    'quarantine/files/*',
    'raw/file_events/*',
    'raw/file_order_lines/*',
    'raw/file_orders/*',
    'reports/*',
  ]);
  expect(mine.find((statement) => actionsOf(statement).includes('dynamodb:PutItem'))?.Condition).toEqual({
    'ForAllValues:StringEquals': {
      'dynamodb:LeadingKeys': [
        ...DATASETS.flatMap(({ source }) => [`row#${source}`, `unstaged#${source}`]),
        'set_aside',
      ],
    },
  });
});

it('a file that was not taken never expires; one that was, 30 days later', () => {
  const lifecycle = landing?.Properties.LifecycleConfiguration as
    | { readonly Rules: readonly object[] }
    | undefined;
  const expiring = lifecycle?.Rules.filter((each) => 'ExpirationInDays' in each);

  expect(expiring).toEqual([
    {
      Prefix: 'landing/',
      TagFilters: [{ Key: TAKEN_TAG.key, Value: TAKEN_TAG.value }],
      ExpirationInDays: 30,
      Status: 'Enabled',
    },
  ]);
  expect(landing?.DeletionPolicy).toBe('Retain');
});

it('a deployment says where files are dropped', () => {
  const file = join(stage.directory, 'millpond-prod-storage.template.json');
  const { Outputs: outputs } = JSON.parse(readFileSync(file, 'utf8'));

  expect(outputs.LandingBucketName).toMatchObject({
    Description: expect.stringContaining('landing/'),
    Value: { Ref: landing?.id },
  });
});

it('nobody but its own roles may use the landing bucket, and not without TLS', () => {
  const statements = bucketStatements(stage).filter(({ owner }) => owner.startsWith('Landing'));

  expect(statements.map(({ Effect }) => Effect)).toEqual(['Deny']);
});
