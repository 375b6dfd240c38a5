import { expect, it } from 'vitest';
import { synthesize } from './synthesized.ts';

const stage = synthesize('prod');
const alarms = stage.of('AWS::CloudWatch::Alarm');

function alarm(name: string) {
  return alarms.find(({ id }) => id.startsWith(name))?.Properties;
}

it.each([
  ['IteratorAge', 'GetRecords.IteratorAgeMilliseconds'],
  ['GivenUpBatches', 'OnFailureDestinationDeliveredEventCount'],
  ['DroppedEvents', 'DroppedEventCount'],
  ['BypassedDedup', 'DedupBypassed'],
  ['FailedRun', 'ExecutionsFailed'],
  ['EndlessRun', 'ExecutionsTimedOut'],
  ['RefusedSnapshot', 'FakestoreRefused'],
  ['UnavailableStore', 'FakestoreUnavailable'],
  ['DeadIngestions', 'ApproximateNumberOfMessagesVisible'],
  ['MissedSlots', 'ApproximateNumberOfMessagesVisible'],
])('%s watches %s', (name, metric) => {
  expect(alarm(name)).toMatchObject({ MetricName: metric, TreatMissingData: 'notBreaching' });
});

it('every alarm says what is wrong and tells somebody, also when it is over', () => {
  expect(alarms.length).toBeGreaterThanOrEqual(10);
  for (const { Properties } of alarms) {
    expect(String(Properties.AlarmDescription)).toMatch(/\.$/);
    expect(Properties.AlarmActions).toHaveLength(1);
    expect(Properties.OKActions).toEqual(Properties.AlarmActions);
  }
});

it('fault 24: the consumer is late long before a record expires', () => {
  expect(alarm('IteratorAge')).toMatchObject({ Threshold: 600_000 });
});

it('what the functions count is what the alarms read', () => {
  expect(alarm('BypassedDedup')).toMatchObject({
    Namespace: 'Millpond/prod',
    Dimensions: [{ Name: 'service', Value: 'consume-events' }],
  });
  const consumer = stage.of('AWS::Lambda::Function').find(({ id }) => id.startsWith('ConsumeEvents'));

  expect(consumer?.Properties.Environment).toMatchObject({
    Variables: { METRICS_NAMESPACE: 'Millpond/prod' },
  });
});

it('alarms may publish to their topic, under its key', () => {
  const [topic] = stage.of('AWS::SNS::Topic');
  const [policy] = stage.of('AWS::SNS::TopicPolicy');
  const [key] = stage.of('AWS::KMS::Key');

  expect(topic?.Properties.KmsMasterKeyId).toBeDefined();
  expect(key?.Properties.EnableKeyRotation).toBe(true);
  expect(JSON.stringify(key?.Properties.KeyPolicy)).toContain('cloudwatch.amazonaws.com');
  expect(JSON.stringify(policy?.Properties)).toContain('cloudwatch.amazonaws.com');
});
