import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SqlFile } from '../../../lambdas/domain/models/model.ts';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import { readRun, readRuns, writeRun } from '../../../lambdas/run-lake/run-history.ts';
import { planOf, runLake } from '../../../lambdas/run-lake/run-lake.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryBuildPublisher } from '../../fakes/build-publisher.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { CHECK_RESULTS, FAILING_CHECK, FILES, row } from './toy-lake.ts';

const DAY_MS = 86_400_000;
const WITH_RESULTS = [...FILES, CHECK_RESULTS];

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;
let publisher: MemoryBuildPublisher;
let nowMs: number;

beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  ledger = new MemoryLedgerStore();
  publisher = new MemoryBuildPublisher();
  nowMs = 0;
  await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
});

afterEach(() => engine.close());

function depsOf(files: readonly SqlFile[]) {
  return {
    ...{ engine, ledger, publisher, objects: new MemoryObjectStore(), telemetry: new MemoryTelemetry() },
    clock: { nowMs: () => nowMs++ },
    models: loadModels(files),
  };
}

function settingsOf(runId: string, isForced = false) {
  return {
    ...{ runId, isForced, allowedLatenessMs: 3 * DAY_MS, reportingCurrency: null },
    oldestWaitingArrivalMs: async () => null,
    places: { objectsRoot: 'objects/', warehouse: '' },
  };
}

async function run(runId: string, { isForced = false, files = WITH_RESULTS } = {}) {
  return runLake(depsOf(files), settingsOf(runId, isForced));
}

describe('publishing', () => {
  test('is the last step of a good run, and shows its tables, ledger and check results', async () => {
    const report = await run('r1', { files: [...WITH_RESULTS, FAILING_CHECK] });

    expect(report.steps.at(-1)).toEqual({ kind: 'publish' });
    expect(report).toMatchObject({ status: 'succeeded', publication: { build: 'r1', reused: 0 } });
    expect(publisher.standing).toMatchObject({ runId: 'r1', watermark: '2026-01-07T00:00:00.000Z' });
    expect(publisher.rowsOf('totals')).toEqual([['EUR', 1, '1.0050', '2026-01-07 00:00:00.000000']]);
    expect(publisher.rowsOf('ledger')).toEqual([['a', 'r1', '{}']]);
    expect(publisher.rowsOf('check_results')?.map((cells) => cells.slice(0, 5))).toEqual([
      ['r1', 'too_many', 'error', 0, '[]'],
    ]);
    expect(publisher.standing?.tables.map(({ name }) => name)).not.toContain('set_aside_objects');
  });

  test('does not happen when nothing is due', async () => {
    await run('r1');

    expect((await run('r2')).status).toBe('unchanged');
    expect(publisher.published).toEqual(['r1']);
  });

  test('fault 42: is stopped by a check of severity error; the last good build stays', async () => {
    await run('r1');
    const before = publisher.rowsOf('totals');
    await ledger.append(row('c', '2026-01-20T00:00:00.000Z'));

    const failed = await run('r2', { files: [...WITH_RESULTS, FAILING_CHECK] });

    expect(failed).toMatchObject({ status: 'failed', publication: null });
    expect(publisher.standing?.runId).toBe('r1');
    expect(publisher.rowsOf('totals')).toEqual(before);
    expect((await engine.query('select run_id, bad_rows, examples from check_results')).rows).toEqual([
      ['r2', 1, '[{"event_id":"c"}]'],
    ]);
    expect((await run('r3')).status).toBe('succeeded');
    expect(publisher.standing?.runId).toBe('r3');
  });

  test('names as version of a table the run that last changed it', async () => {
    const versionOf = (name: string) =>
      publisher.standing?.tables.find((table) => table.name === name)?.version;
    await run('r1');
    await run('r2', { isForced: true });
    expect([versionOf('totals'), versionOf('stg_events'), versionOf('ledger')]).toEqual(['r1', 'r1', null]);
    await ledger.append(row('b', '2026-01-10T00:00:00.000Z'));

    await run('r3');

    expect([versionOf('totals'), versionOf('stg_events')]).toEqual(['r3', 'r3']);
    expect(versionOf('stg_late_events')).toBeNull();
  });
});

describe('fault 38: a publish that was killed', () => {
  test('leaves the old build, and the next run makes up for it alone', async () => {
    await run('r1');
    await ledger.append(row('b', '2026-01-11T00:00:00.000Z'));
    const publish = publisher.publish.bind(publisher);
    publisher.publish = () => Promise.reject(new Error('killed'));
    await expect(run('r2')).rejects.toThrow('killed');
    publisher.publish = publish;
    expect(publisher.standing?.runId).toBe('r1');
    expect((await ledger.rows({ unstagedOnly: true })).length).toBe(0);

    expect(await planOf(depsOf(WITH_RESULTS), settingsOf('r3'), await ledger.rows())).toMatchObject({
      reason: 'the last build is not published',
      steps: [{ kind: 'publish' }],
    });
    const report = await run('r3');

    expect(report).toMatchObject({ runId: 'r2', status: 'succeeded' });
    expect(publisher.standing?.runId).toBe('r2');
    expect(publisher.rowsOf('totals')?.[0]).toContain(2);
    expect((await run('r4')).status).toBe('unchanged');
  });

  test('is made up for by a run with more to do', async () => {
    publisher.publish = () => Promise.reject(new Error('killed'));
    await expect(run('r1')).rejects.toThrow('killed');
    publisher = new MemoryBuildPublisher();
    await ledger.append(row('b', '2026-01-11T00:00:00.000Z'));

    expect(await run('r2')).toMatchObject({ runId: 'r2', status: 'succeeded' });
    expect(publisher.published).toEqual(['r2']);
  });

  test('or whose build was removed since, is done again', async () => {
    await run('r1');
    publisher.standing = null;

    expect(await run('r2')).toMatchObject({ runId: 'r1', status: 'succeeded' });
    expect(publisher.published).toEqual(['r1', 'r1']);
  });
});

describe('the record of a run', () => {
  test('tells of each step rows and time, and what the engine says it read', async () => {
    let scanned = 0;
    const billed = {
      dialect: 'duckdb' as const,
      execute: (sql: string) => engine.execute(sql),
      query: (sql: string) => engine.query(sql),
      scannedBytes: () => {
        scanned += 5;
        return scanned;
      },
    };

    await runLake({ ...depsOf(WITH_RESULTS), engine: billed }, settingsOf('r1'));

    const { steps, stepReports } = (await readRun(ledger)) ?? { steps: [], stepReports: [] };
    expect(stepReports.map(({ rows: _, durationMs: __, scannedBytes: ___, ...step }) => step)).toEqual(steps);
    expect(stepReports.find(({ model }) => model === 'stg_events')).toMatchObject({
      rows: 1,
      scannedBytes: 5,
    });
    expect(stepReports.every(({ durationMs }) => durationMs > 0)).toBe(true);
    expect(stepReports.at(-1)?.rows).toBeGreaterThan(3);
  });

  test('is kept for the last 100 runs', async () => {
    const last = await run('r-000');
    for (let index = 1; index < 105; index += 1) {
      await writeRun(ledger, { ...last, runId: `r-${index}`, startedAtMs: index * 1_000 });
    }
    nowMs = 1_000_000;

    await run('r-new', { isForced: true });

    const kept = await readRuns(ledger, 1_000);
    expect(kept).toHaveLength(100);
    expect(kept[0]?.runId).toBe('r-new');
    expect(kept.at(-1)?.runId).toBe('r-6');
  });
});
