import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TrinoStub } from '../local/trino/trino-stub.ts';
import { cli, event, onlyLine, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');
const SECRET = 'open-sesame';
let trino: TrinoStub;

beforeAll(async () => {
  trino = await TrinoStub.start();
  const sent = await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: event(1) });
  if (sent.code !== 0) throw new Error(sent.stderr);
});
afterAll(async () => {
  await trino.close();
  remove();
});

beforeEach(() => {
  trino.statements.length = 0;
  trino.fault = () => null;
  trino.results = (sql) => ({
    columns: [{ name: 'x', type: 'varchar' }],
    pages: [sql.includes('metadata.catalogs') ? [['hive'], ['iceberg']] : [['1']]],
  });
});

/** A command on the cluster, as the user ana with a password. */
function onTrino(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const [command = '', ...others] = args;
  const place = ['--engine', 'trino', '--trino-url', trino.url, '--lake', lake, '--quiet'];
  return cli([command, ...place, ...others], {
    environment: { MILLPOND_TRINO_USER: 'ana', MILLPOND_TRINO_PASSWORD: SECRET, ...environment },
  });
}

const BUILD = ['build', '--objects-root', 's3://bucket/objects', '--warehouse', 's3://bucket/tables'];

describe('a command that cannot use the cluster says why in one line, and never with the secret', () => {
  it('no server', async () => {
    const failed = await onTrino([...BUILD, '--trino-url', 'http://127.0.0.1:1']);

    expect(failed.code).toBe(1);
    expect(onlyLine(failed)).toContain('No Trino answers at http://127.0.0.1:1 (');
    expect(failed.stderr).not.toContain(SECRET);
  });

  it('no way in, debugged or not', async () => {
    trino.fault = () => ({ status: 401 });

    const failed = await onTrino(BUILD, { MILLPOND_DEBUG: '1' });

    expect(failed.stderr).toContain('does not let in the user ana (HTTP 401)');
    expect(failed.stderr).not.toContain(SECRET);
    expect(failed.stderr).not.toContain(Buffer.from(`ana:${SECRET}`).toString('base64'));
  });

  it('no such catalogue', async () => {
    const failed = await onTrino([...BUILD, '--trino-catalog', 'lakehouse']);

    expect(onlyLine(failed)).toMatch(/has no catalogue "lakehouse" for ana; it has hive, iceberg\.$/);
  });

  it('no right to make the schema', async () => {
    const { results } = trino;
    trino.results = (sql) =>
      sql.startsWith('create schema')
        ? { error: { errorName: 'PERMISSION_DENIED', message: 'Access Denied: Cannot create schema' } }
        : results(sql);

    const failed = await onTrino(BUILD);

    expect(onlyLine(failed)).toContain('the schema iceberg.millpond cannot be made: PERMISSION_DENIED');
  });

  it('no word on where the objects are', async () => {
    const failed = await onTrino(['build']);

    expect(failed.code).toBe(2);
    expect(onlyLine(failed)).toContain('--engine trino needs --objects-root');
    expect(trino.statements).toEqual([]);
  });
});

it('a build makes its schema, stops what was left open, then works there', async () => {
  trino.open.set('left', { source: 'millpond/iceberg.millpond', looksLeft: 0 });
  const { results } = trino;
  trino.results = (sql) =>
    sql.includes('lake_state')
      ? { error: { errorName: 'GENERIC_USER_ERROR', message: 'the stub goes no further' } }
      : results(sql);

  const failed = await onTrino(['run', ...BUILD.slice(1)]);

  expect(failed.stderr).toContain('the stub goes no further');
  expect(trino.cancelled).toContain('left');
  const texts = trino.texts();
  expect(texts).toContain(
    `create schema if not exists iceberg.millpond with (location = 's3://bucket/tables/')`,
  );
  const firstOfBuild = texts.findIndex((sql) => sql.includes('lake_state'));
  const lastLook = texts.findLastIndex((sql) => sql.includes('system.runtime.queries'));
  expect(lastLook).toBeGreaterThan(0);
  expect(firstOfBuild).toBeGreaterThan(lastLook);
});

describe('query', () => {
  it('reads on the cluster, as one who is no writer', async () => {
    const { results } = trino;
    trino.results = (sql) =>
      sql.startsWith('select net')
        ? { columns: [{ name: 'net', type: 'decimal(18,4)' }], pages: [[['1.5000']], [[null]]] }
        : results(sql);

    const asked = await onTrino(['query', 'select net from daily_sales', '--format', 'csv']);

    expect(asked.stdout.split(/\r?\n/)).toEqual(['net', '1.5000', '', '']);
    expect(trino.statements.at(-1)?.headers['x-trino-source']).toBe('millpond-readers');
  });

  it('sends nothing that changes anything', async () => {
    const refused = await onTrino(['query', 'drop table fct_orders']);

    expect(refused.code).toBe(2);
    expect(trino.texts().join()).not.toContain('drop table');
  });
});
