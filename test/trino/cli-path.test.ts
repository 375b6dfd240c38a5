import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { TrinoSqlEngine } from '../../local/trino/trino-sql-engine.ts';
import { cli, event, tempFolder } from '../flow/cli-process.ts';
import { LakeOnTrino } from './lake-on-trino.ts';

const { state, warehouse } = inject('trino');
const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');

/** What this gives takes an hour on any machine. */
const ENDLESS = `select count(*) from unnest(sequence(1, 9000)) a(x)
  cross join unnest(sequence(1, 9000)) b(y) cross join unnest(sequence(1, 9000)) c(z) where x * y + z = 7`;

beforeAll(async () => {
  if (state.kind !== 'running') return;
  await new LakeOnTrino({ url: state.url, warehouse }, 'cli').waitUntilReady();
  const sent = await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: event(1) });
  if (sent.code !== 0) throw new Error(sent.stderr);
});
afterAll(remove);

describe.runIf(state.kind === 'running')('the command line on Trino', () => {
  const url = state.kind === 'running' ? state.url : '';
  const on = ['--lake', lake, '--engine', 'trino', '--trino-url', url, '--trino-schema', 'cli'];

  test('makes its schema where the warehouse is, and reads there', async () => {
    const built = await cli([
      'build',
      ...on,
      '--objects-root',
      'local:///cli',
      '--warehouse',
      'local:///cli-tables',
    ]);
    const read = await cli(['query', 'select 1 as n', ...on, '--format', 'csv']);

    expect(built).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing is due') });
    expect(read).toMatchObject({ code: 0, stdout: expect.stringMatching(/^n\r?\n1\r?\n$/) });
  });

  test('compacts no table before there is one', async () => {
    const refused = await cli(['compact', ...on, '--objects-root', 'local:///cli', '--quiet']);

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('no tables yet') });
  });

  test('names what the cluster does not have', async () => {
    const failed = await cli(['query', 'select 1', ...on, '--trino-catalog', 'lakehouse', '--quiet']);

    expect(failed.stderr).toContain(
      'has no catalogue "lakehouse" for millpond; it has hive, iceberg, system.',
    );
  });

  test('stops a statement that an earlier run left open before it builds', async () => {
    const place = { url, catalog: 'iceberg', schema: 'cli', user: 'millpond' };
    const left = new TrinoSqlEngine(place).execute(ENDLESS).then(
      () => 'it ended',
      (error: Error) => error.message,
    );
    const watcher = new TrinoSqlEngine({ ...place, isReader: true });
    const running = `select count(*) from system.runtime.queries where source = 'millpond/iceberg.cli' and state = 'RUNNING'`;
    while ((await watcher.query(running)).rows[0]?.[0] === 0);

    await cli(['build', ...on, '--objects-root', 'local:///cli', '--quiet']);

    expect(await left).toContain('USER_CANCELED');
  });
});
