import { AthenaClient } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AthenaSqlEngine } from '../../../lambdas/aws/athena-sql-engine.ts';
import { InstantTimers } from './instant-backoff.ts';
import { LoopbackAthena, refusal } from './loopback-athena.ts';
import { openLoopbackClient } from './loopback-client.ts';

let athena: LoopbackAthena;
let close: () => Promise<void>;
let client: AthenaClient;
let timers: InstantTimers;

beforeEach(async () => {
  athena = new LoopbackAthena();
  ({ client, close } = await openLoopbackClient(
    (request) => athena.answer(request),
    (config) => new AthenaClient({ ...config, maxAttempts: 2 }),
  ));
  timers = new InstantTimers();
});

afterEach(() => close());

function engine(scope = 'run-1/try-1'): AthenaSqlEngine {
  return new AthenaSqlEngine({ client, workGroup: 'pipeline', database: 'millpond_dev', scope, timers });
}

describe('a statement', () => {
  it('runs in its work group and database', async () => {
    await engine().execute('merge into t');

    expect(athena.starts).toMatchObject([
      {
        QueryString: 'merge into t',
        WorkGroup: 'pipeline',
        QueryExecutionContext: { Database: 'millpond_dev' },
      },
    ]);
  });

  it('is polled ever more slowly until it is final', async () => {
    athena.states = [{ State: 'QUEUED' }, ...Array(5).fill({ State: 'RUNNING' }), { State: 'SUCCEEDED' }];

    await engine().execute('merge into t');

    expect(timers.delaysMs).toEqual([200, 400, 800, 1_600, 2_000, 2_000]);
  });

  it('fault 39: whose lost answer is asked for again bears the same token', async () => {
    let isFirst = true;
    athena.fault = () => {
      if (!isFirst) return null;
      isFirst = false;
      return 'reset';
    };

    await engine().execute('merge into t');

    expect(athena.starts).toHaveLength(2);
    expect(athena.starts[1]?.ClientRequestToken).toBe(athena.starts[0]?.ClientRequestToken);
  });

  it('has a token of its own in each place, text and try', async () => {
    const first = engine();
    await first.execute('a');
    await first.execute('a');
    await engine().execute('b');
    await engine('run-1/try-2').execute('a');
    await engine().execute('a');

    const tokens = athena.starts.map((start) => start.ClientRequestToken);
    expect(tokens[4]).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(4);
    expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a statement that fails', () => {
  it.each([
    ['ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table', true],
    ['GENERIC_INTERNAL_ERROR: null', true],
    ['SYNTAX_ERROR: line 1:8: Column x cannot be resolved', false],
    ['Query exceeded bytes scanned limit', false],
  ])('fault 36: "%s" may pass when run again: %s', async (reason, isTransient) => {
    athena.states = [{ State: 'FAILED', StateChangeReason: reason }];

    await expect(engine().execute('merge into t')).rejects.toMatchObject({
      name: 'SqlError',
      isTransient,
      sql: 'merge into t',
      message: expect.stringContaining(reason),
    });
  });

  it('fault 39: as one of too many may pass when run again', async () => {
    athena.fault = () => refusal('TooManyRequestsException', 'Rate exceeded');

    await expect(engine().query('select 1')).rejects.toMatchObject({ name: 'SqlError', isTransient: true });
  });

  it('by being cancelled may not', async () => {
    athena.states = [{ State: 'CANCELLED' }];

    await expect(engine().execute('x')).rejects.toMatchObject({ isTransient: false });
  });
});

describe('a result', () => {
  const columns = [
    { Name: 'n', Type: 'bigint' },
    { Name: 'm', Type: 'decimal', Precision: 18, Scale: 4 },
    { Name: 't', Type: 'timestamp' },
    { Name: 'd', Type: 'date' },
    { Name: 'x', Type: 'double' },
    { Name: 'b', Type: 'boolean' },
    { Name: 's', Type: 'varchar' },
  ];
  const header = ['n', 'm', 't', 'd', 'x', 'b', 's'];

  it('has the values of the port, by the type of the column', async () => {
    athena.pages = [
      {
        columns,
        rows: [
          header,
          ['9007199254740991', '1.5000', '2026-01-31 10:15:00.120', '2026-01-31', '0.1', 'true', ''],
          ['9007199254740993', '-0.0001', '2026-01-31 10:15:00', null, 'NaN', 'false', null],
        ],
      },
    ];

    const result = await engine().query('select 1');

    expect(result.columns.map(({ type }) => type)).toEqual([
      'bigint',
      'decimal(18,4)',
      'timestamp(6)',
      'date',
      'double',
      'boolean',
      'varchar',
    ]);
    expect(result.rows).toEqual([
      [9007199254740991, '1.5000', '2026-01-31 10:15:00.120000', '2026-01-31', 0.1, true, ''],
      [9007199254740993n, '-0.0001', '2026-01-31 10:15:00.000000', null, Number.NaN, false, null],
    ]);
  });

  it('comes page after page, and the header is on the first alone', async () => {
    const one = [{ Name: 'n', Type: 'integer' }];
    athena.pages = [
      { columns: one, rows: [['n'], ['1']] },
      { columns: one, rows: [['2'], ['3']] },
    ];

    expect((await engine().query('select n')).rows).toEqual([[1], [2], [3]]);
  });

  it('of a query is never that of an earlier one: each has another token', async () => {
    await engine().query('select 1');
    await engine().query('select 1');

    expect(athena.starts[0]?.ClientRequestToken).not.toBe(athena.starts[1]?.ClientRequestToken);
  });
});

describe('fault 37: who takes the lake over', () => {
  const REFUSED = refusal('InvalidRequestException', 'Idempotent parameters do not match');
  const free = { begin: async () => undefined };

  it('stops what is open on this database, and waits until it is final', async () => {
    athena.history.push(
      { id: 'merge', state: 'RUNNING', database: 'millpond_dev' },
      { id: 'done', state: 'SUCCEEDED', database: 'millpond_dev' },
      { id: 'other', state: 'RUNNING', database: 'millpond_prod' },
      ...Array.from({ length: 60 }, (_, index) => ({
        id: `old-${index}`,
        state: 'FAILED',
        database: 'millpond_dev',
      })),
      { id: 'queued', state: 'QUEUED', database: 'millpond_dev' },
    );
    const successor = engine('run-2/try-1');

    await successor.takeOver({ lastMark: null, fence: free });
    await successor.execute('merge into t');

    expect(athena.operations.filter((operation) => !/^(List|BatchGet)/.test(operation))).toEqual([
      'StopQueryExecution merge',
      'GetQueryExecution merge',
      'GetQueryExecution merge',
      'StopQueryExecution queued',
      'GetQueryExecution queued',
      'GetQueryExecution queued',
      'StartQueryExecution merge into t',
      'GetQueryExecution q1',
    ]);
  });

  it('spends the token that was noted last: its statement runs already, or never will', async () => {
    const spent = new Map<string, string>();
    athena.fault = (operation, body) => {
      if (operation !== 'StartQueryExecution') return null;
      const { QueryString = '', ClientRequestToken: token = '' } = body;
      if (spent.has(token) && spent.get(token) !== QueryString) return REFUSED;
      spent.set(token, QueryString);
      return null;
    };
    let noted = '';
    const stalled = engine('run-1/try-1');
    await stalled.takeOver({
      lastMark: null,
      fence: {
        begin: async (mark) => {
          noted = mark;
          // Stalls here, between its note and its start, while another takes over.
          await engine('run-2/try-1').takeOver({ lastMark: noted, fence: free });
        },
      },
    });

    await expect(stalled.execute('merge into t')).rejects.toThrow('Idempotent parameters do not match');
    expect(spent.get(noted)).toBe('select 1');
  });

  it('goes on when the token has started its statement before, or that is final before it is stopped', async () => {
    athena.history.push({ id: 'merge', state: 'RUNNING', database: 'millpond_dev' });
    athena.fault = (operation) => {
      if (operation === 'StopQueryExecution') for (const each of athena.history) each.state = 'SUCCEEDED';
      return operation === 'StartQueryExecution' || operation === 'StopQueryExecution' ? REFUSED : null;
    };

    await engine().takeOver({ lastMark: 'a'.repeat(64), fence: free });

    expect(athena.operations.at(-1)).toBe('GetQueryExecution merge');
  });

  it('starts nothing once the fence refuses; what only reads is not asked', async () => {
    const old = engine();
    await old.takeOver({
      lastMark: null,
      fence: { begin: () => Promise.reject(new Error('another run has the lake')) },
    });

    await expect(old.execute('merge into t')).rejects.toThrow('another run has the lake');
    expect(athena.starts).toEqual([]);
    await old.query('select 1');
    expect(athena.starts).toHaveLength(1);
  });

  it('does not begin when Athena cannot tell what is open', async () => {
    athena.fault = (operation) =>
      operation === 'ListQueryExecutions' ? refusal('TooManyRequestsException', 'Rate exceeded') : null;

    await expect(engine().takeOver({ lastMark: null, fence: free })).rejects.toMatchObject({
      name: 'SqlError',
      isTransient: true,
    });
  });
});
