import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cdkArguments } from '../../lib/settings/cdk-arguments.ts';
import { parseStage, STAGES } from '../../lib/settings/stage.ts';
import { ROOT, synthesize } from '../lib/synthesized.ts';

/** The program that cdk.json names, as the CDK runs it. */
function runApp(context: Readonly<Record<string, unknown>>) {
  const started = spawnSync(process.execPath, [join(ROOT, 'bin', 'millpond.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  return { code: started.status, errors: started.stderr };
}

it.each(STAGES)('%s synthesizes into stacks of its own', (stage) => {
  expect(synthesize(stage).stacks).toEqual(
    ['storage', 'query', 'streaming', 'batch', 'observability'].map((name) => `millpond-${stage}-${name}`),
  );
});

it.each([
  [
    { stage: 'staging' },
    'Unknown stage "staging"; allowed: dev, prod. Say for example: npm run deploy -- --stage dev\n',
  ],
  [{}, 'No stage is given; allowed: dev, prod. Say for example: npm run deploy -- --stage dev\n'],
])('the context %j ends in one clear line', (context, line) => {
  expect(runApp(context)).toEqual({ code: 1, errors: line });
});

describe('the arguments of the command line', () => {
  it.each([
    ['deploy --all --stage dev', 'deploy --all --context stage=dev'],
    ['deploy --all --stage=prod -v', 'deploy --all -v --context stage=prod'],
    ['synth --quiet', 'synth --quiet --context stage=dev'],
    ['diff --stage prod', 'diff --context stage=prod'],
  ])('%s becomes %s', (given, expected) => {
    expect(cdkArguments(given.split(' ')).join(' ')).toBe(expected);
  });

  it.each(['deploy --all', 'destroy --all', 'deploy --all --stage', 'deploy --stage test'])(
    '%s is refused, since it must be told a stage that there is',
    (given) => {
      expect(() => cdkArguments(given.split(' '))).toThrow(/allowed: dev, prod/);
    },
  );
});

it('a stage is a stage in its own case alone', () => {
  expect(() => parseStage('Dev')).toThrow('Unknown stage "Dev"');
});
