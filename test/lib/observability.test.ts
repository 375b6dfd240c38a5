import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REJECTION_REASONS } from '../../lambdas/domain/events/rejection.ts';
import { readRepository } from '../architecture/source-tree.ts';
import { ROOT, synthesize } from './synthesized.ts';

const stage = synthesize('prod');
const alarms = stage.of('AWS::CloudWatch::Alarm');

function alarm(name: string) {
  return alarms.find(({ id }) => id.startsWith(name))?.Properties;
}

it.each([
  ['IteratorAge', 'GetRecords.IteratorAgeMilliseconds'],
  ['GivenUpBatches', 'OnFailureDestinationDeliveredEventCount'],
  ['DroppedEvents', 'DroppedEventCount'],
  ['RemainingFailures', 'FailuresRemaining'],
  ['BypassedDedup', 'DedupBypassed'],
  ['SlowClaims', 'ClaimLatency'],
  ['CutInvocations', 'InvocationsCut'],
  ['SetAsideObjects', 'ObjectsSetAside'],
  ['FailedRun', 'ExecutionsFailed'],
  ['EndlessRun', 'ExecutionsTimedOut'],
  ['RefusedSnapshot', 'FakestoreRefused'],
  ['UnavailableStore', 'FakestoreUnavailable'],
  ['DeadIngestions', 'ApproximateNumberOfMessagesVisible'],
  ['RefusedFiles', 'FilesRefused'],
  ['FileErrors', 'Errors'],
  ['DeadFiles', 'ApproximateNumberOfMessagesVisible'],
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

it('every alarm names its article, and every article is of an alarm', () => {
  const document = readFileSync(join(ROOT, 'docs', 'alarms.md'), 'utf8');
  const headings = [...document.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
  const articles = headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'));

  const named = alarms.map(({ Properties }) => {
    const [, anchor] = /docs\/alarms\.md#([a-z-]+)\.$/.exec(String(Properties.AlarmDescription)) ?? [];
    return anchor;
  });

  expect(named.sort()).toEqual(articles.sort());
});

it('every article of the runbook that an alarm sends to is there', () => {
  const document = readFileSync(join(ROOT, 'docs', 'alarms.md'), 'utf8');
  const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

  const links = [...document.matchAll(/runbook\.md#([a-z0-9-]+)/g)].map(([, anchor]) => anchor);

  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((anchor) => anchor === undefined || !anchors.includes(anchor))).toEqual([]);
});

it('every metric of ours that is shown or watched is one that a function writes', () => {
  const shown = JSON.stringify(stage.of('AWS::CloudWatch::Dashboard').map(({ Properties }) => Properties));
  const ofDashboard = [...shown.matchAll(/Millpond\/prod\W+(\w+)/g)].map(([, name = '']) => name);
  const watched = JSON.stringify(alarms.map(({ Properties }) => Properties));
  const ofAlarms = [...watched.matchAll(/"MetricName":"(\w+)","Namespace":"Millpond/g)].map(
    ([, name = '']) => name,
  );
  const functions = readRepository()
    .filter(({ path }) => path.startsWith('lambdas/'))
    .map(({ text }) => text)
    .join('\n');

  const names = new Set([...ofDashboard, ...ofAlarms]);
  expect(names.size).toBeGreaterThan(12);
  expect([...names].filter((name) => !functions.includes(`'${name}'`))).toEqual([]);
});

it('fault 24: the consumer is late long before a record expires', () => {
  const [stream] = stage.of('AWS::Kinesis::Stream');
  const retentionMs = Number(stream?.Properties.RetentionPeriodHours) * 3_600_000;

  expect(alarm('IteratorAge')).toMatchObject({ Threshold: 600_000 });
  expect(alarm('RetentionUsed')).toMatchObject({
    MetricName: 'GetRecords.IteratorAgeMilliseconds',
    Threshold: retentionMs / 100,
  });
});

it('fault 10: a share of quarantined events is watched, not their number', () => {
  const metrics = alarm('QuarantineRate')?.Metrics;

  expect(metrics).toHaveLength(3);
  expect(JSON.stringify(metrics)).toContain('IF(received >= 100, 100 * quarantined / received, 0)');
  expect(alarm('QuarantineRate')).toMatchObject({ Threshold: 5 });
});

it('the dashboard shows what was quarantined for each reason there is', () => {
  const shown = JSON.stringify(stage.of('AWS::CloudWatch::Dashboard').map(({ Properties }) => Properties));

  for (const reason of REJECTION_REASONS) expect(shown).toContain(reason);
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
