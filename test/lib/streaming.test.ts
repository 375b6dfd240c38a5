import { expect, it } from 'vitest';
import { CLAIM_KEY_ATTRIBUTE, CLAIM_TTL_ATTRIBUTE } from '../../lambdas/aws/claim-items.ts';
import { attributesOf } from '../../lambdas/aws/ledger-items.ts';
import { settingsOf } from '../../lib/settings/stage-settings.ts';
import { LAPTOP_SETTINGS } from '../../local/event-source-mapping/drain.ts';
import { UNLIMITED } from '../../local/event-source-mapping/mapping-settings.ts';
import { synthesize } from './synthesized.ts';

const stage = synthesize('prod');
const DAY_S = 86_400;

it('the stream is encrypted and keeps records for 7 days', () => {
  expect(stage.of('AWS::Kinesis::Stream')[0]?.Properties).toMatchObject({
    Name: 'millpond-prod-events',
    RetentionPeriodHours: 168,
    StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
  });
});

it('faults 24 and 25: the mapping retries for a day, halves what fails, and keeps what it gives up, whole', () => {
  const mapping = stage.of('AWS::Lambda::EventSourceMapping')[0]?.Properties ?? {};

  expect(mapping).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 5_000,
    MaximumBatchingWindowInSeconds: settingsOf('prod').batchingWindowSeconds,
    ParallelizationFactor: 1,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: -1,
    MaximumRecordAgeInSeconds: DAY_S,
    MetricsConfig: { Metrics: ['EventCount'] },
  });
  expect(JSON.stringify(mapping.DestinationConfig)).toContain('FailuresBucket');
  expect(mapping.FilterCriteria).toBeUndefined();
  expect(mapping.TumblingWindowInSeconds).toBeUndefined();
});

it("the laptop's mapping is set as this one, but for the age, which decision 0018 explains, and the window", () => {
  const mapping = stage.of('AWS::Lambda::EventSourceMapping')[0]?.Properties ?? {};

  expect(LAPTOP_SETTINGS).toEqual({
    batchSize: mapping.BatchSize,
    batchingWindowMs: expect.any(Number),
    parallelizationFactor: mapping.ParallelizationFactor,
    maximumRetryAttempts: mapping.MaximumRetryAttempts,
    maximumRecordAgeMs: UNLIMITED,
    bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
    reportBatchItemFailures: JSON.stringify(mapping.FunctionResponseTypes).includes(
      'ReportBatchItemFailures',
    ),
  });
});

it('tables recover to any point in time, and in production are safe from deletion', () => {
  const tables = stage.of('AWS::DynamoDB::Table');

  expect(tables).toHaveLength(2);
  for (const { Properties } of tables) {
    expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(Properties.DeletionProtectionEnabled).toBe(true);
    expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
  }
});

it('keys and time to live are those that the adapters write', () => {
  const [claims, ledger] = ['ClaimsTable', 'LedgerTable'].map(
    (name) => stage.of('AWS::DynamoDB::Table').find(({ id }) => id.startsWith(name))?.Properties ?? {},
  );

  expect(claims?.KeySchema).toEqual([{ AttributeName: CLAIM_KEY_ATTRIBUTE, KeyType: 'HASH' }]);
  expect(claims?.TimeToLiveSpecification).toEqual({ AttributeName: CLAIM_TTL_ATTRIBUTE, Enabled: true });
  expect(ledger?.KeySchema).toEqual(
    Object.keys(attributesOf({ kind: 'k', id: 'i' })).map((AttributeName) =>
      expect.objectContaining({ AttributeName }),
    ),
  );
  expect(ledger?.TimeToLiveSpecification).toBeUndefined();
});

it('fault 63: claims cannot cost without bound', () => {
  const claims = stage.of('AWS::DynamoDB::Table').find(({ id }) => id.startsWith('ClaimsTable'));

  expect(claims?.Properties.OnDemandThroughput).toEqual({
    MaxWriteRequestUnits: settingsOf('prod').maxClaimWritesPerSecond,
  });
});

it('a claim outlives the retention of the stream', () => {
  const consumer = stage.of('AWS::Lambda::Function').find(({ id }) => id.startsWith('ConsumeEvents'));

  expect(consumer?.Properties.Environment).toMatchObject({
    Variables: { CLAIM_TTL_MS: String(15 * DAY_S * 1_000) },
  });
});
