import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelLibrary } from '../../../lambdas/domain/models/model.ts';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import { SqlError } from '../../../lambdas/ports/sql-engine.ts';
import {
  assertChecks,
  assertColumns,
  assertColumnsOnce,
  ModelColumnsError,
} from '../../../lambdas/run-lake/assert-columns.ts';
import { readRun } from '../../../lambdas/run-lake/run-history.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { FILES, row } from './toy-lake.ts';

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
});

afterAll(() => engine.close());

function visits(columns: readonly string[], body: string) {
  const text = `/*\nmodel: visits\nmeaning: M.\ngrain: g\nkey: id\npartition: none\ninputs: stg_events\nslice: all\ncolumns:\n  ${columns.join('\n  ')}\n*/\n${body}\n`;
  return { file: 'curated/visits.sql', text };
}

const COLUMNS = ['id varchar | I.', 'money decimal(18,4) | M.', 'came_at timestamp(6) | T.'];
const BODY = `select event_id as id, cast(1 as decimal(18,4)) as money, timestamp '2026-01-01 00:00:00' as came_at from stg_events`;

function isTotals({ file }: { readonly file: string }): boolean {
  return file.endsWith('totals.sql');
}

async function messageOf(body: string, columns = COLUMNS): Promise<string> {
  try {
    await assertColumns(engine, loadModels([...FILES, visits(columns, body)]).models);
    return 'good';
  } catch (error) {
    if (error instanceof ModelColumnsError) return error.message;
    throw error;
  }
}

describe('the columns of a SELECT', () => {
  test('are those of the header, in any order, over inputs that need not stand anywhere', async () => {
    expect(await messageOf(BODY)).toBe('good');
    expect(await messageOf(BODY, [...COLUMNS].reverse())).toBe('good');
  });

  test('that only one side has are an error that names both and the file', async () => {
    const body = BODY.replace('as money', 'as total').replace('decimal(18,4)', 'decimal(38,4)');

    expect(await messageOf(body)).toBe(
      [
        'athena/curated/visits.sql: the SELECT of visits does not give the columns of its header',
        'only in the header: money decimal(18,4)',
        'only in the SELECT: total decimal(38,4)',
      ].join('\n  '),
    );
  });

  test.each([
    ['money', 'cast(1 as double)', 'money is decimal(18,4) in the header and double in the SELECT'],
    [
      'money',
      'cast(1 as decimal(38,4))',
      'money is decimal(18,4) in the header and decimal(38,4) in the SELECT',
    ],
    [
      'money',
      'cast(1 as decimal(18,6))',
      'money is decimal(18,4) in the header and decimal(18,6) in the SELECT',
    ],
    ['money', '1', 'money is decimal(18,4) in the header and integer in the SELECT'],
    ['came_at', "date '2026-01-01'", 'came_at is timestamp(6) in the header and date in the SELECT'],
    ['came_at', "'2026-01-01'", 'came_at is timestamp(6) in the header and varchar in the SELECT'],
  ])('that are of another type are an error: %s as %s', async (name, expression, line) => {
    const body = `select * from (${BODY}) as rows`.replace(
      '*',
      ['id', 'money', 'came_at']
        .map((column) => (column === name ? `${expression} as ${name}` : column))
        .join(', '),
    );

    expect(await messageOf(body)).toContain(`\n  ${line}`);
  });

  test('may be narrower than the header says', async () => {
    expect(await messageOf(BODY.replace('decimal(18,4)', 'decimal(12,2)'))).toBe('good');
    expect(
      await messageOf(BODY, [...COLUMNS.slice(0, 1), 'money bigint | M.', ...COLUMNS.slice(2)]),
    ).not.toBe('good');
  });

  test('cannot be told of a SELECT that names what its inputs lack, and it says so', async () => {
    expect(await messageOf(BODY.replace('event_id', 'visit_id'))).toMatch(
      /^athena\/curated\/visits\.sql: the SELECT of visits does not run over the columns of its inputs: Binder Error.*"visit_id"/,
    );
    expect(await messageOf(BODY.replace('from stg_events', 'from totals'))).toMatch(
      /visits\.sql: the SELECT of visits does not run .*totals does not exist/,
    );
  });

  test('are told of all models at once, and checks that cannot run likewise', async () => {
    const [totals, others] = [FILES.filter(isTotals), FILES.filter((file) => !isTotals(file))];
    const broken = totals.map(({ file, text }) => ({ file, text: text.replace('as money', 'as total') }));
    const check = {
      file: 'checks/sane.sql',
      text: '/*\ncheck: sane\nseverity: warn\nmeaning: M.\ninputs: visits\n*/\nselect nothing from visits\n',
    };
    const library = loadModels([
      ...others,
      ...broken,
      check,
      visits(COLUMNS, BODY.replace('event_id as', '1 as')),
    ]);

    await expect(assertColumns(engine, library.models)).rejects.toMatchObject({
      models: ['totals', 'visits'],
    });
    await expect(assertChecks(engine, library)).rejects.toMatchObject({ models: ['sane'] });
  });

  test('are asked once of the same models', async () => {
    const { models } = loadModels(FILES);
    const asked: string[] = [];
    const counting = {
      dialect: 'duckdb' as const,
      execute: (sql: string) => engine.execute(sql),
      query: (sql: string) => {
        asked.push(sql);
        return engine.query(sql);
      },
    };

    await assertColumnsOnce(counting, models, 'once');
    const first = asked.length;
    await assertColumnsOnce(counting, models, 'once');
    await assertColumnsOnce(counting, models, 'changed');

    expect(first).toBeGreaterThan(3);
    expect(asked.length).toBe(2 * first);
  });

  test('of a set of touched keys may come from what a run has changed', async () => {
    const touched = {
      file: 'touched/touched_events.sql',
      text: '/*\nmodel: touched_events\nmeaning: M.\ngrain: g\nmaterialization: touched\ninputs: stg_events\ncolumns:\n  event_id varchar | I.\n*/\nselect event_id from stg_events_changes\n',
    };

    await assertColumns(engine, loadModels([...FILES, touched]).models);
  });

  test('are no matter of an engine that does not answer: its error comes as it is', async () => {
    const lost = new SqlError('gone', { sql: '', isTransient: true });
    const dead = {
      dialect: 'trino' as const,
      execute: () => Promise.reject(lost),
      query: () => Promise.reject(lost),
    };

    await expect(assertColumns(dead, loadModels(FILES).models)).rejects.toBe(lost);
  });
});

describe('a run after models have changed', () => {
  const ledger = new MemoryLedgerStore();

  function run(models: ModelLibrary) {
    return runLake(
      {
        engine,
        ledger,
        objects: new MemoryObjectStore(),
        clock: { nowMs: () => 0 },
        telemetry: new MemoryTelemetry(),
        models,
      },
      {
        runId: 'r1',
        allowedLatenessMs: 1,
        reportingCurrency: null,
        oldestWaitingArrivalMs: async () => null,
        isForced: false,
        places: { objectsRoot: 'objects/', warehouse: '' },
      },
    );
  }

  test('stops before it begins when a SELECT is not what its header says', async () => {
    await ledger.append(row('a', '2026-01-01T00:00:00.000Z'));

    const stopped = run(loadModels([...FILES, visits(COLUMNS, BODY.replace('as money', 'as total'))]));

    await expect(stopped).rejects.toThrow(ModelColumnsError);
    expect(await readRun(ledger)).toBeNull();
    expect((await engine.query('select table_name from information_schema.tables')).rows).toEqual([]);
  });
});
