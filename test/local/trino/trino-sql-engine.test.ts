import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrinoSqlEngine, type TrinoSqlEngineOptions } from '../../../local/trino/trino-sql-engine.ts';
import { InstantTimers } from '../../lambdas/aws/instant-backoff.ts';
import { TrinoStub } from './trino-stub.ts';

let trino: TrinoStub;
let timers: InstantTimers;

beforeEach(async () => {
  trino = await TrinoStub.start();
  timers = new InstantTimers();
});

afterEach(() => trino.close());

function engine(options: Partial<TrinoSqlEngineOptions> = {}): TrinoSqlEngine {
  const place = { url: trino.url, catalog: 'iceberg', schema: 'shop', user: 'ana' };
  return new TrinoSqlEngine({ ...place, timers, ...options });
}

async function failureOf(
  work: Promise<unknown>,
): Promise<{ message: string; isTransient: boolean; text: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown as Error & { isTransient: boolean },
  );
  const { message = '', isTransient = false } = error ?? {};
  return { message, isTransient, text: JSON.stringify(error, ['message', 'sql', 'cause', 'headers']) };
}

describe('a statement', () => {
  it('goes to its catalogue and schema, as its user, in UTC', async () => {
    await engine().execute('create table t (n bigint)');

    expect(trino.statements[0]).toMatchObject({
      sql: 'create table t (n bigint)',
      headers: {
        'x-trino-catalog': 'iceberg',
        'x-trino-schema': 'shop',
        'x-trino-user': 'ana',
        'x-trino-source': 'millpond/iceberg.shop',
        'x-trino-time-zone': 'UTC',
      },
    });
    expect(trino.statements[0]?.headers.authorization).toBeUndefined();
  });

  it('proves who asks by a password or by a token', async () => {
    await engine({ password: 'secret' }).query('select 1');
    await engine({ token: 'jwt' }).query('select 1');

    expect(trino.statements.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('ana:secret').toString('base64')}`,
      'Bearer jwt',
    ]);
  });

  it('gives the rows of all its pages, by the type of their column', async () => {
    trino.results = () => ({
      columns: [
        { name: 'n', type: 'bigint' },
        { name: 'x', type: 'double' },
        { name: 's', type: 'varchar(3)' },
      ],
      pages: [[[1, 'NaN', 'abc']], [[2, 0.5, null]]],
    });

    const { columns, rows } = await engine().query('select n, x, s from t');

    expect(columns.map(({ type }) => type)).toEqual(['bigint', 'double', 'varchar']);
    expect(rows).toEqual([
      [1, Number.NaN, 'abc'],
      [2, 0.5, null],
    ]);
  });

  it('that gives no row has columns all the same', async () => {
    trino.results = () => ({ columns: [{ name: 'n', type: 'bigint' }], pages: [[]] });

    const chunks = await Array.fromAsync(engine().stream('select n from t'));

    expect(chunks).toEqual([{ columns: [{ name: 'n', type: 'bigint' }], rows: [] }]);
  });
});

describe('a statement that fails', () => {
  it.each([
    ['PERMISSION_DENIED', 'USER_ERROR', false],
    ['ICEBERG_COMMIT_ERROR', 'EXTERNAL', true],
    ['EXCEEDED_GLOBAL_MEMORY_LIMIT', 'INSUFFICIENT_RESOURCES', true],
  ])('fault 36: with %s (%s) may pass when run again: %s', async (errorName, errorType, isTransient) => {
    trino.results = () => ({ error: { errorName, errorType, message: 'Access Denied' } });

    expect(await failureOf(engine().execute('merge into t'))).toMatchObject({
      message: `${errorName}: Access Denied`,
      isTransient,
    });
  });

  it('in its last page has failed, whatever rows came before', async () => {
    trino.results = () => ({
      columns: [{ name: 'n', type: 'bigint' }],
      pages: [[[1]], [[2]]],
      error: { errorName: 'DIVISION_BY_ZERO', message: 'Division by zero' },
    });

    expect((await failureOf(engine().query('select 1 / n from t'))).message).toContain('DIVISION_BY_ZERO');
  });
});

describe('a server', () => {
  it('that is not there is named, and may come', async () => {
    const gone = engine();
    await trino.close();

    expect(await failureOf(gone.query('select 1'))).toMatchObject({
      message: expect.stringMatching(/^No Trino answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED/),
      isTransient: true,
    });
  });

  it.each([
    [401, 'does not let in the user ana (HTTP 401)', false],
    [403, 'does not let in the user ana (HTTP 403)', false],
    [404, 'answers with HTTP 404: is that the address of a coordinator?', false],
    [503, 'did not answer (HTTP 503)', true],
  ])('that answers with HTTP %i: "%s"', async (status, message, isTransient) => {
    trino.fault = () => ({ status, body: 'no' });

    expect(await failureOf(engine().query('select 1'))).toMatchObject({
      message: expect.stringContaining(message),
      isTransient,
    });
  });

  it.each(['<html>Welcome</html>', '{"ok":true}', '[]', ''])(
    'whose answer is "%s" is none, and gives no empty result',
    async (body) => {
      trino.fault = () => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

      expect((await failureOf(engine().execute('drop table t'))).message).toContain('none of Trino');
    },
  );

  it('that refuses is never told of with the secret that it refused', async () => {
    for (const status of [401, 500]) {
      trino.fault = () => ({ status });
      for (const secret of [{ password: 'open-sesame' }, { token: 'open-sesame' }]) {
        const error = await engine(secret)
          .query('select 1')
          .catch((thrown: unknown) => thrown);

        const { inspect } = await import('node:util');
        const shown = inspect(error, { depth: 10, showHidden: true });
        expect(shown).toContain(`HTTP ${status}`);
        expect(shown).not.toMatch(/open-sesame|b3Blbi1zZXNhbWU|YW5hOm9wZW4/);
      }
    }
  });
});

describe('fault 37: who takes the lake over', () => {
  const free = { begin: async () => undefined };

  it('stops what writers of the schema left open, and waits until it is final', async () => {
    trino.open.set('left', { source: 'millpond/iceberg.shop', looksLeft: 0 });
    trino.open.set('elsewhere', { source: 'millpond/iceberg.other', looksLeft: 0 });
    trino.open.set('reader', { source: 'millpond-readers', looksLeft: 0 });
    const successor = engine();

    await successor.takeOver({ fence: free });
    expect([...trino.open.keys()]).toEqual(['elsewhere', 'reader']);
    await successor.execute('merge into t');

    expect(new Set(trino.cancelled)).toEqual(new Set(['left']));
    const looks = trino.texts().filter((sql) => sql.includes('system.runtime.queries'));
    expect(looks).toHaveLength(3);
    expect(timers.delaysMs).toEqual([500, 500]);
    expect(trino.texts().at(-1)).toBe('merge into t');
  });

  it('starts nothing once the fence refuses; what only reads is not asked', async () => {
    const old = engine();
    const noted: string[] = [];
    await old.takeOver({
      fence: {
        begin: async (mark) => {
          noted.push(mark);
          if (noted.length > 1) throw new Error('another run has the lake');
        },
      },
    });
    const before = trino.statements.length;

    await old.execute('merge 1');
    await expect(old.execute('merge 2')).rejects.toThrow('another run has the lake');
    await old.query('select 1');

    expect(trino.texts().slice(before)).toEqual(['merge 1', 'select 1']);
    expect(new Set(noted).size).toBe(2);
  });

  it('does not begin when Trino does not let it look', async () => {
    trino.results = () => ({});
    trino.fault = ({ body }) => (body.includes('system.runtime') ? { status: 503 } : null);

    expect(await failureOf(engine().takeOver({ fence: free }))).toMatchObject({ isTransient: true });
  });
});
