import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import type {
  RunHooks,
  RunLakeDependencies,
  RunLakeSettings,
} from '../../../lambdas/run-lake/run-dependencies.ts';
import { readRun } from '../../../lambdas/run-lake/run-history.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryBuildPublisher } from '../../fakes/build-publisher.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { CHECK_RESULTS, FAILING_CHECK, FILES, row } from './toy-lake.ts';

const DAY_MS = 86_400_000;

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;
let telemetry: MemoryTelemetry;
let publisher: MemoryBuildPublisher;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  ledger = new MemoryLedgerStore();
  telemetry = new MemoryTelemetry();
  publisher = new MemoryBuildPublisher();
});

afterEach(() => engine.close());

function depsOf(sqlEngine: SqlEngine = engine, files = FILES): RunLakeDependencies {
  let nowMs = 0;
  return {
    engine: sqlEngine,
    ledger,
    objects: new MemoryObjectStore(),
    clock: { nowMs: () => nowMs++ },
    telemetry,
    publisher,
    models: loadModels(files),
  };
}

function settingsOf(runId: string, changed: Partial<RunLakeSettings> = {}): RunLakeSettings {
  return {
    runId,
    allowedLatenessMs: 3 * DAY_MS,
    reportingCurrency: null,
    oldestWaitingArrivalMs: async () => null,
    isForced: false,
    places: { objectsRoot: 'objects/', warehouse: '' },
    ...changed,
  };
}

async function run(runId: string, changed: Partial<RunLakeSettings> = {}, hooks: RunHooks = {}) {
  return runLake(depsOf(), settingsOf(runId, changed), hooks);
}

async function totals(): Promise<readonly unknown[]> {
  return (await engine.query('select currency, events, money, watermark from totals')).rows;
}

describe('a run', () => {
  test('of an empty lake has nothing to do and leaves no record', async () => {
    const report = await run('r1');

    expect(report).toMatchObject({ status: 'unchanged', reason: 'nothing is due', models: [] });
    expect(await readRun(ledger)).toBeNull();
  });

  test('stages the ledger, fixes the currency before money is summed, and moves the watermark', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));

    const report = await run('r1');

    expect(report).toMatchObject({ status: 'succeeded', reason: expect.stringContaining('1 ledger rows') });
    expect(report.reconciliation).toMatchObject({ received: 1, accepted: 1, staged: 1, tooLate: 0 });
    expect(await totals()).toEqual([['EUR', 1, '1.0050', '2026-01-07 00:00:00.000000']]);
    expect(await ledger.readState(STATE_NAMES.watermark)).toBe(String(Date.parse('2026-01-07')));
    expect((await ledger.rows())[0]?.stagedBy).toBe('r1');
    expect((await engine.query('select staged_by from ledger')).rows).toEqual([['r1']]);
  });

  test('a second time has nothing to do, and forced changes zero rows', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await run('r1');

    expect((await run('r2')).status).toBe('unchanged');
    const forced = await run('r3', { isForced: true });

    expect(forced.status).toBe('succeeded');
    expect(forced.models.map((model) => model.inserted + model.updated + model.deleted)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('keeps a watermark that a record still waiting would pull back', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await run('r1');
    await ledger.append(row('b', '2026-01-20T00:00:00.000Z'));

    const report = await run('r2', { oldestWaitingArrivalMs: async () => Date.parse('2026-01-05') });

    expect(report.watermarkMs).toBe(Date.parse('2026-01-07'));
  });

  test('takes the reporting currency of the setting only while the lake has none', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await run('r1', { reportingCurrency: 'USD' });
    await ledger.append(row('b', '2026-01-11T00:00:00.000Z'));
    await run('r2', { reportingCurrency: 'GBP' });

    expect(await ledger.readState(STATE_NAMES.reportingCurrency)).toBe('USD');
  });

  test('keeps a set currency although there is no purchase yet, and refuses what is none', async () => {
    const NO_PURCHASE = FILES.map((file) => ({
      ...file,
      text: file.text.replace("'purchase'", "'page_view'"),
    }));
    const deps = depsOf(engine, NO_PURCHASE);
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await runLake(deps, settingsOf('r1'));

    const set = await runLake(deps, settingsOf('r2', { reportingCurrency: 'GBP' }));
    const after = await runLake(deps, settingsOf('r3'));

    expect(set).toMatchObject({ status: 'succeeded', reason: 'models or settings changed' });
    expect(after.status).toBe('unchanged');
    expect(await ledger.readState(STATE_NAMES.reportingCurrency)).toBe('GBP');
    expect((await totals())[0]).toContain('GBP');
    ledger.states.delete(STATE_NAMES.reportingCurrency);
    await expect(runLake(deps, settingsOf('r4', { reportingCurrency: 'ABC' }))).rejects.toThrow(
      '"ABC" is no currency',
    );
  });

  test('is due again when a model changes', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await run('r1');
    const files = FILES.map((file) => ({ ...file, text: file.text.replace('1.005', '2.005') }));

    const report = await runLake(depsOf(engine, files), settingsOf('r2'));

    expect(report).toMatchObject({ status: 'succeeded', reason: 'models or settings changed' });
    expect(await totals()).toEqual([['EUR', 1, '2.0050', '2026-01-07 00:00:00.000000']]);
  });

  test('stops between steps when its time is up, and goes on from there under the same id', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    let steps = 0;
    const first = await run('r1', {}, { mayContinue: () => steps++ < 3 });
    const seen: number[] = [];
    const second = await run('r1', {}, { onStep: (_step, index) => seen.push(index) });

    expect(first).toMatchObject({ status: 'running', stepsDone: 3 });
    expect(second.status).toBe('succeeded');
    expect(seen[0]).toBe(3);
    expect((await totals()).length).toBe(1);
  });
});

describe('fault 42: a check of severity error with bad rows', () => {
  test('fails the run, marks nothing staged and leaves the watermark', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await ledger.append(row('c', '2026-01-10T00:00:00.000Z'));

    const report = await runLake(depsOf(engine, [...FILES, FAILING_CHECK]), settingsOf('r1'));

    expect(report.status).toBe('failed');
    expect(report.checks).toMatchObject([{ check: 'too_many', badRows: 1, examples: [{ event_id: 'c' }] }]);
    expect((await ledger.rows({ unstagedOnly: true })).length).toBe(2);
    expect(await ledger.readState(STATE_NAMES.watermark)).toBeNull();
    expect(telemetry.counts.get('FailedRun')).toBe(1);
    expect(await ledger.readState(STATE_NAMES.reportingCurrency)).toBeNull();
  });

  const CHECKED = [...FILES, CHECK_RESULTS, FAILING_CHECK];

  test('in an incremental run leaves every table as the last good run left it', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await runLake(depsOf(engine, CHECKED), settingsOf('r1'));
    const before = await totals();
    await ledger.append(row('c', '2026-01-20T00:00:00.000Z'));

    const failed = await runLake(depsOf(engine, CHECKED), settingsOf('r2'));
    const after = await totals();
    const found = (await engine.query('select run_id, bad_rows from check_results order by run_id')).rows;
    const healed = await run('r3');

    expect(failed).toMatchObject({ status: 'failed', mode: 'incremental' });
    expect(after).toEqual(before);
    expect(found).toEqual([
      ['r1', 0],
      ['r2', 1],
    ]);
    expect(healed.status).toBe('succeeded');
    expect(await totals()).toEqual([['EUR', 2, '1.0050', '2026-01-17 00:00:00.000000']]);
  });

  test('in a full run publishes nothing, and the next run computes everything again', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    await runLake(depsOf(engine, CHECKED), settingsOf('r1'));
    const before = publisher.rowsOf('totals');
    await ledger.append(row('c', '2026-01-20T00:00:00.000Z'));

    const failed = await runLake(depsOf(engine, CHECKED), settingsOf('r2', { isForced: true }));
    const published = publisher.rowsOf('totals');
    const healed = await run('r3');

    expect(failed).toMatchObject({ status: 'failed', mode: 'full' });
    expect(published).toEqual(before);
    expect(healed).toMatchObject({
      status: 'succeeded',
      reason: expect.stringContaining('the last run did not come to its end'),
    });
    expect(publisher.rowsOf('totals')).toEqual(await totals());
    expect((await totals())[0]).toContain(2);
  });
});
