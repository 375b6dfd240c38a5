import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { BuildPublisher } from '../../../lambdas/ports/build-publisher.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryBuildPublisher } from '../../fakes/build-publisher.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { CommittingEngine } from './committing-engine.ts';
import { CHECK_RESULTS, FAILING_CHECK, PUBLISH_STATUS, row, SLICED_FILES, sql } from './toy-lake.ts';

const FILES = [...SLICED_FILES, PUBLISH_STATUS, CHECK_RESULTS];
const CLOUD = (engine: DuckDbEngine) => new CommittingEngine(engine, () => undefined);
const LAPTOP = (engine: DuckDbEngine) => engine;
/** After the first batch it fails as it runs. */
const BREAKING_CHECK = sql(
  'checks/breaks.sql',
  'severity: error\ninputs: stg_events',
  [],
  `select event_id from stg_events where cast(replace(event_id, 'a', '1') as bigint) = 2`,
);

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;
let nowMs: number;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  ledger = new MemoryLedgerStore();
  nowMs = Date.parse('2026-02-01T00:00:00Z');
  await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
});
afterEach(() => engine.close());

async function run(
  runId: string,
  on: (engine: DuckDbEngine) => SqlEngine,
  files = FILES,
  publisher?: BuildPublisher,
) {
  const deps = {
    ...{ engine: on(engine), ledger, objects: new MemoryObjectStore(), telemetry: new MemoryTelemetry() },
    clock: { nowMs: () => (nowMs += 60_000) },
    models: loadModels(files),
    ...(publisher === undefined ? {} : { publisher }),
  };
  return runLake(deps, {
    ...{ runId, isForced: false, allowedLatenessMs: 1000, reportingCurrency: null },
    oldestWaitingArrivalMs: async () => null,
    places: { objectsRoot: 'objects/', warehouse: '' },
  });
}

/** As a BI tool reads it. */
async function status() {
  const { columns, rows } = await engine.query('select * from bi_publish_status');
  expect(rows).toHaveLength(1);
  return Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]?.[index]]));
}

describe.each([
  ['the cloud', CLOUD],
  ['a laptop', LAPTOP],
])('on %s, publish_status', (_place, on) => {
  test('names the run whose tables stand, and when they stood whole', async () => {
    const { startedAtMs, watermarkMs } = await run('r1', on);

    expect(watermarkMs).toBe(Date.parse('2026-01-09T23:59:59Z'));
    const said = await status();
    expect(said).toMatchObject({ is_whole: true, status: 'whole', run_id: 'r1', whole_run_id: 'r1' });
    expect(said.started_at).toBe(
      `${new Date(startedAtMs).toISOString().slice(0, 19).replace('T', ' ')}.000000`,
    );
    expect(said.watermark).toBe('2026-01-09 23:59:59.000000');
    expect(said.finished_at).toBe(said.whole_at);
    expect(Date.parse(`${said.whole_at}Z`)).toBeGreaterThan(startedAtMs);
  });
});

describe('where each table is committed, publish_status', () => {
  test('tells of tables that a check refused, and which build was the last whole one', async () => {
    await run('r1', CLOUD);
    const { whole_at } = await status();
    await ledger.append(row('c', '2026-01-11T00:00:00.000Z'));

    expect((await run('r2', CLOUD, [...FILES, FAILING_CHECK])).status).toBe('failed');

    expect(await status()).toMatchObject({
      is_whole: false,
      status: 'failed',
      run_id: 'r2',
      whole_run_id: 'r1',
    });
    const said = await status();
    // The record of the run before is closed a little after its tables are.
    expect(Date.parse(`${said.whole_at}Z`) - Date.parse(`${whole_at}Z`)).toBe(60_000);
    expect(Date.parse(`${said.whole_at}Z`)).toBeLessThan(Date.parse(`${said.started_at}Z`));

    // Nor is a refused run the last whole one of the next that is refused.
    await run('r3', CLOUD, [...FILES, FAILING_CHECK]);
    expect(await status()).toMatchObject({ run_id: 'r3', whole_run_id: 'r1', whole_at: said.whole_at });
  });

  test('tells of tables that an error left, and the next good run makes whole', async () => {
    await run('r1', CLOUD);
    await ledger.append(row('b', '2026-01-11T00:00:00.000Z'));

    await expect(run('r2', CLOUD, [...FILES, BREAKING_CHECK])).rejects.toThrow(/Could not convert/);
    expect(await status()).toMatchObject({
      is_whole: false,
      status: 'failed',
      run_id: 'r2',
      whole_run_id: 'r1',
    });

    await run('r3', CLOUD);
    expect(await status()).toMatchObject({ is_whole: true, run_id: 'r3', whole_run_id: 'r3' });
  });
});

test('tables are whole, too, of a run that fails to publish them', async () => {
  const publisher = new MemoryBuildPublisher();
  publisher.publish = async () => {
    throw new Error('the disk is full');
  };

  await expect(run('r1', LAPTOP, FILES, publisher)).rejects.toThrow('the disk is full');

  expect(await status()).toMatchObject({ is_whole: true, run_id: 'r1' });
});

test('on a laptop an incremental run that fails leaves the tables whole, and publish_status says so', async () => {
  const checked = [...FILES, FAILING_CHECK];
  await run('r1', LAPTOP, checked);
  await ledger.append(row('c', '2026-01-11T00:00:00.000Z'));

  expect(await run('r2', LAPTOP, checked)).toMatchObject({ status: 'failed', mode: 'incremental' });

  expect(await status()).toMatchObject({ is_whole: true, run_id: 'r1' });
});
