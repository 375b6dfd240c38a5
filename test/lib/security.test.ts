import { Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseStage, STAGES } from '../../lib/settings/stage.ts';
import { settingsOf } from '../../lib/settings/stage-settings.ts';
import { addMillpond } from '../../lib/stacks/millpond.ts';
import { actionsOf, bucketStatements, roleStatements } from './policies.ts';
import { newApp, synthesize } from './synthesized.ts';

const stage = synthesize('prod');

/** The names of all constructs' acknowledged rules, with their reasons. */
function acknowledgements(): readonly (readonly [string, string])[] {
  return stage.app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries<string>(data)),
    );
}

describe.each(STAGES)('cdk-nag on %s', (name) => {
  it.each([
    ['AwsSolutions', new AwsSolutionsChecks()],
    ['Serverless', new ServerlessChecks()],
  ])('%s finds nothing that is not explained', (_, pack) => {
    expect(pack.validateScope(synthesize(name).app).violations).toEqual([]);
  });
});

it('cdk-nag fails the synthesis of a bucket without care', () => {
  const app = newApp('dev', { bundles: [] });
  const { storage } = addMillpond(app, settingsOf(parseStage('dev')));
  new Bucket(storage, 'Careless');

  expect(new AwsSolutionsChecks().validateScope(app).violations.map(({ ruleName }) => ruleName)).toContain(
    'AwsSolutions-S1',
  );
});

it('every acknowledgement has a reason that is a sentence', () => {
  const all = acknowledgements();

  expect(all.length).toBeGreaterThan(10);
  for (const [id, reason] of all) expect(`${id}: ${reason}`).toMatch(/: [A-Z].{20,}\.$/);
});

it('fault 58: no role has an action with a star, or a managed policy', () => {
  const statements = roleStatements(stage);

  expect(statements.length).toBeGreaterThan(20);
  for (const statement of statements) {
    for (const action of actionsOf(statement)) expect(action).toMatch(/^[a-z-]+\d?:[A-Za-z0-9]+$/);
  }
  for (const { Properties } of stage.of('AWS::IAM::Role'))
    expect(Properties.ManagedPolicyArns).toBeUndefined();
});

it('fault 58: a star as resource is only where the service knows nothing narrower', () => {
  const open = roleStatements(stage).filter(({ Resource }) => JSON.stringify(Resource) === '"*"');
  const services = new Set(open.flatMap(actionsOf).map((action) => action.split(':')[0]));

  expect([...services].sort()).toEqual(['logs', 'xray']);
});

it('fault 58: the consumer may write what it writes, and nothing else', () => {
  const mine = roleStatements(stage).filter(({ owner }) => owner.startsWith('ConsumeEvents'));

  expect([...new Set(mine.flatMap(actionsOf))].sort()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:PartiQLInsert',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:ListBucket',
    's3:PutObject',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  const ledger = mine.find((statement) => actionsOf(statement).includes('dynamodb:UpdateItem'));
  expect(ledger?.Condition).toEqual({
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['row#events', 'unstaged#events', 'checkpoint'] },
  });
});

it('fault 58: the redrive may do what the consumer may, read failures, mark them, and read the stream', () => {
  const of = (name: string) => roleStatements(stage).filter(({ owner }) => owner.startsWith(name));
  const [redrive, consumer] = [of('RedriveFailures'), of('ConsumeEvents')];
  const actions = new Set(redrive.flatMap(actionsOf));
  const placesOf = (action: string) =>
    redrive
      .filter((statement) => actionsOf(statement).includes(action))
      .flatMap(({ Resource }) => JSON.stringify(Resource).match(/[a-z]+\/(?:lambda\/)?\*/g) ?? []);

  expect([...actions].filter((action) => !consumer.flatMap(actionsOf).includes(action)).sort()).toEqual([
    's3:GetBucketLocation',
    's3:GetObject',
  ]);
  expect(placesOf('s3:GetObject')).toEqual(['aws/lambda/*']);
  expect(placesOf('s3:PutObject').sort()).toEqual(['duplicates/*', 'quarantine/*', 'raw/*', 'redriven/*']);
  expect(actions).not.toContain('kinesis:DescribeStream');
});

it('fault 58: a recovery may read the zones and its kinds of the ledger, and add; nothing more', () => {
  const mine = roleStatements(stage).filter(({ owner }) => owner.startsWith('RecoverEvents'));
  const ledger = mine.find((statement) => actionsOf(statement).includes('dynamodb:UpdateItem'));

  expect([...new Set(mine.flatMap(actionsOf))].sort()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:GetItem',
    'dynamodb:PartiQLInsert',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetBucketLocation',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(ledger?.Condition).toEqual({
    'ForAllValues:StringEquals': {
      'dynamodb:LeadingKeys': ['row#events', 'unstaged#events', 'set_aside', 'lease'],
    },
  });
});

it('fault 57: the template holds no secret: the key of the e-mails is generated, and named by its ARN', () => {
  const [secret] = stage.of('AWS::SecretsManager::Secret');

  expect(secret?.Properties.GenerateSecretString).toMatchObject({ PasswordLength: 64 });
  expect(secret?.Properties.SecretString).toBeUndefined();
  expect(JSON.stringify(stage.resources)).not.toContain('{{resolve:');
});

it('no bucket policy lets anybody in but the service that writes access logs', () => {
  const letting = bucketStatements(stage).filter(({ Effect }) => Effect === 'Allow');

  for (const { Principal } of letting) expect(Principal).toEqual({ Service: 'logging.s3.amazonaws.com' });
});
