import { expect, it } from 'vitest';
import type * as z from 'zod';
import { consumeEventsEnvironment } from '../../lambdas/consume-events/env.ts';
import { ingestFakestoreEnvironment } from '../../lambdas/ingest-fakestore/env.ts';
import { ingestFilesEnvironment } from '../../lambdas/ingest-files/env.ts';
import { recoverEventsEnvironment } from '../../lambdas/recover-events/env.ts';
import { redriveFailuresEnvironment } from '../../lambdas/redrive-failures/env.ts';
import { runLakeEnvironment } from '../../lambdas/run-lake/env.ts';
import { readEnvironment } from '../../lambdas/runtime/environment.ts';
import { type Resource, synthesize } from './synthesized.ts';

const stage = synthesize('dev');
const functions = stage.of('AWS::Lambda::Function');
const SCHEMAS: readonly (readonly [string, z.ZodObject])[] = [
  ['ConsumeEvents', consumeEventsEnvironment],
  ['RedriveFailures', redriveFailuresEnvironment],
  ['RecoverEvents', recoverEventsEnvironment],
  ['IngestFakestore', ingestFakestoreEnvironment],
  ['DroppedFilesIngestion', ingestFilesEnvironment],
  ['RunLake', runLakeEnvironment],
];
/** Set by the CDK for the secrets extension. */
const EXTENSION = /^(PARAMETERS_SECRETS_EXTENSION|SECRETS_MANAGER|SSM_PARAMETER_STORE)_/;

function named(name: string): Resource {
  const found = functions.find(({ id }) => id.startsWith(name));
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

function variables({ Properties }: Resource): Record<string, unknown> {
  const all = (Properties.Environment as { Variables: Record<string, unknown> }).Variables;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !EXTENSION.test(name)));
}

it('there is a schema for each function', () => {
  expect(functions).toHaveLength(SCHEMAS.length);
});

it.each(SCHEMAS)(
  '%s is told exactly what its env.ts asks for, in the form that it accepts',
  (name, schema) => {
    const given = variables(named(name));
    const texts = Object.entries(given).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : 'a-name',
    ]);

    expect(Object.keys(given).sort()).toEqual(Object.keys(schema.shape).sort());
    expect(() => readEnvironment(schema, Object.fromEntries(texts))).not.toThrow();
  },
);

it('every function runs Node 24 on arm64, traced, within its own memory, time and log group', () => {
  const groups = stage.of('AWS::Logs::LogGroup');

  for (const { Properties } of functions) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      RecursiveLoop: 'Terminate',
    });
    expect(Properties.MemorySize).toBeGreaterThanOrEqual(512);
    expect(Properties.Timeout).toBeGreaterThanOrEqual(60);
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    expect(groups.map(({ id }) => id)).toContain(LogGroup.Ref);
  }
});

it('every log group has an end', () => {
  const groups = stage.of('AWS::Logs::LogGroup');

  expect(groups).toHaveLength(7);
  for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(7);
});

it('whatever is invoked without a waiting caller has a dead-letter queue', () => {
  for (const name of ['IngestFakestore', 'DroppedFilesIngestion'])
    expect(named(name).Properties.DeadLetterConfig).toBeDefined();
  const schedules = stage.of('AWS::Scheduler::Schedule');

  expect(schedules).toHaveLength(3);
  for (const { Properties } of schedules) {
    expect(Properties.Target).toMatchObject({
      DeadLetterConfig: { Arn: expect.anything() },
      RetryPolicy: { MaximumRetryAttempts: 3 },
    });
  }
});

it('every schedule passes on the time that it stands for', () => {
  for (const { Properties } of stage.of('AWS::Scheduler::Schedule')) {
    expect(JSON.stringify(Properties.Target)).toContain('<aws.scheduler.scheduled-time>');
  }
});

it('an execution hands its input and its name to each call, and tries what was asked wrongly once', () => {
  const [machine] = stage.of('AWS::StepFunctions::StateMachine');
  const text = JSON.stringify(machine?.Properties.DefinitionString).replaceAll('\\', '');

  expect(text).toContain(
    '"Payload":{"input.$":"$","execution":{"name.$":"$$.Execution.Name","startedAt.$":"$$.Execution.StartTime"}}',
  );
  expect(text).toContain('{"ErrorEquals":["RunRequestError","TaskError"],"MaxAttempts":0}');
});

it('tables are compacted once a day, by the machine of runs', () => {
  const schedule = stage.of('AWS::Scheduler::Schedule').find(({ id }) => id.startsWith('CompactSchedule'));
  const target = JSON.stringify(schedule?.Properties.Target).replaceAll('\\', '');

  expect(schedule?.Properties.ScheduleExpression).toBe('cron(40 3 * * ? *)');
  expect(target).toContain('"task":{"kind":"compact"}');
  expect(target).toContain('compact-<aws.scheduler.execution-id>');
});

it('an execution of the run is named, so that no slot runs twice, and holds no logic', () => {
  const [machine] = stage.of('AWS::StepFunctions::StateMachine');
  const text = JSON.stringify(machine?.Properties.DefinitionString);
  const schedule = stage.of('AWS::Scheduler::Schedule').find(({ id }) => id.startsWith('RunSchedule'));

  expect(JSON.stringify(schedule?.Properties)).toContain('run-<aws.scheduler.execution-id>');
  expect([...text.matchAll(/\\"Type\\":\\"(\w+)\\"/g)].map((match) => match[1]).sort()).toEqual([
    'Choice',
    'Fail',
    'Succeed',
    'Task',
    'Wait',
  ]);
});
