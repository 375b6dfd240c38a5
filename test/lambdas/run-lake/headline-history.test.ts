import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HISTORY_PARTITION, recordHeadlines } from '../../../lambdas/run-lake/headline-history.ts';
import type { ModelReport } from '../../../lambdas/run-lake/run-record.ts';
import { readTableVersions } from '../../../lambdas/run-lake/table-versions.ts';
import { ParquetPublisher } from '../../../local/builds/parquet-publisher.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { readHeadlineModels } from './headline-models.ts';

const DAY_MS = 86_400_000;
const models = readHeadlineModels();

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;

beforeEach(async () => {
  engine = await newEngine();
  ledger = new MemoryLedgerStore();
});
afterEach(() => engine.close());

async function newEngine() {
  const opened = await openDuckDb({ file: ':memory:' });
  await opened.execute(
    `create table daily_sales (sale_date date, channel varchar, orders bigint, units bigint, gross decimal(18,4),
      discount decimal(18,4), refunds decimal(18,4), net decimal(18,4), is_final boolean)`,
  );
  await opened.execute(
    `create table funnel_daily (funnel varchar, unit_kind varchar, entry_date date, breakdown varchar, step bigint,
      reached bigint, is_final boolean)`,
  );
  return opened;
}

async function sell(date: string, net: number, isFinal = false) {
  await engine.execute(
    `insert into daily_sales values (date '${date}', 'email', 1, 2, ${net}, 0, 0, ${net}, ${isFinal})`,
  );
}

/** `until`: the day of the newest arrival. Changed months default to unknown: all dates are read. */
function runOf(
  runId: string,
  until: string | null,
  months: Readonly<Record<string, readonly string[]>> = {},
) {
  const reports = Object.entries(months).map(
    ([model, partitions]): ModelReport => ({
      ...{ model, partitions, inserted: partitions.length, updated: 0, deleted: 0, durationMs: 0 },
    }),
  );
  const watermarkMs = until === null ? null : Date.parse(`${until}T05:00:00Z`) - 3 * DAY_MS;
  return { runId, reason: 'rows to stage', startedAtMs: 0, watermarkMs, models: reports };
}

function record(run: ReturnType<typeof runOf>, publisher?: ParquetPublisher) {
  const deps = { engine, ledger, models, ...(publisher === undefined ? {} : { publisher }) };
  return recordHeadlines(deps, { allowedLatenessMs: 3 * DAY_MS, warehouse: '' }, run);
}

async function historyOf(measure = 'net') {
  const { rows } = await engine.query(
    `select run_id, record_number, cast(report_date as varchar), value, is_final from headline_history
    where measure = '${measure}' order by record_number, item, report_date`,
  );
  return rows.map((row) => row.join(' '));
}

describe('the history of headline numbers', () => {
  it('begins for a date when it is over: a day that goes on is in no report', async () => {
    await sell('2026-01-09', 10);
    await sell('2026-01-10', 20);

    expect(await record(runOf('r1', '2026-01-10'))).toBe(6);
    expect(await historyOf()).toEqual(['r1 1 2026-01-09 10.0000 false']);
    expect(await record(runOf('r2', '2026-01-11'))).toBe(6);
    expect(await historyOf()).toContain('r2 2 2026-01-10 20.0000 false');
  });

  it('adds a row when a number differs from the one before, or is final now, and else none', async () => {
    await sell('2026-01-09', 10);
    await record(runOf('r1', '2026-01-10'));

    expect(await record(runOf('r2', '2026-01-10'))).toBe(0);
    await sell('2026-01-09', 5);
    await record(runOf('r3', '2026-01-11'));
    await engine.execute('update daily_sales set is_final = true');
    await record(runOf('r4', '2026-01-13'));

    expect(await historyOf()).toEqual([
      'r1 1 2026-01-09 10.0000 false',
      'r3 2 2026-01-09 15.0000 false',
      'r4 3 2026-01-09 15.0000 true',
    ]);
    expect(await historyOf('discount')).toHaveLength(2);
  });

  it('fault 38: has the rows of a run that records again once', async () => {
    await sell('2026-01-09', 10);
    await record(runOf('r1', '2026-01-11'));

    expect(await record(runOf('r1', '2026-01-11'))).toBe(6);
    await sell('2026-01-10', 1);
    expect(await record(runOf('r1', '2026-01-11'))).toBe(12);
    expect(await historyOf()).toEqual(['r1 1 2026-01-09 10.0000 false', 'r1 1 2026-01-10 1.0000 false']);
  });

  it('reads only months in which the run changed rows, and dates that no run has recorded', async () => {
    await sell('2025-12-31', 1);
    await sell('2026-01-30', 2);
    await sell('2026-01-31', 3);
    await record(runOf('r1', '2026-01-31'));
    await engine.execute(
      "update daily_sales set net = 9 where sale_date in (date '2025-12-31', date '2026-01-30')",
    );

    await record(runOf('r2', '2026-02-01', { daily_sales: ['2025-11-01'], funnel_daily: [] }));
    expect((await historyOf()).slice(2)).toEqual([
      'r2 2 2026-01-30 9.0000 false',
      'r2 2 2026-01-31 3.0000 false',
    ]);
    await record(runOf('r3', '2026-02-01', { daily_sales: ['2025-12-01'] }));
    expect((await historyOf()).slice(4)).toEqual(['r3 3 2025-12-31 9.0000 false']);
  });

  it('says of a date that the table has no more that it has no number, and takes it up again', async () => {
    await sell('2026-01-08', 1, true);
    await record(runOf('r1', '2026-01-12'));
    await engine.execute('delete from daily_sales');
    await record(runOf('r2', '2026-01-12'));
    await record(runOf('r3', '2026-01-12'));
    await sell('2026-01-08', 1, true);
    await record(runOf('r4', '2026-01-12'));

    expect(await historyOf()).toEqual([
      'r1 1 2026-01-08 1.0000 true',
      'r2 2 2026-01-08  false',
      'r4 3 2026-01-08 1.0000 true',
    ]);
  });

  it('has units of each funnel by step, without its breakdowns', async () => {
    await engine.execute(`insert into funnel_daily values
      ('shop', 'customer', date '2026-01-08', 'none', 1, 7, false),
      ('shop', 'customer', date '2026-01-08', 'none', 2, 3, false),
      ('shop', 'customer', date '2026-01-08', 'channel', 1, 7, false)`);

    await record(runOf('r1', '2026-01-12'));

    const { rows } = await engine.query(
      'select subject, item, measure, value from headline_history order by 3',
    );
    expect(rows).toEqual([
      ['funnel_daily', 'shop/customer', 'entered', '7.0000'],
      ['funnel_daily', 'shop/customer', 'reached_2', '3.0000'],
    ]);
  });

  it('of a lake without a stream leaves the newest date alone', async () => {
    await sell('2026-01-08', 1);
    await sell('2026-01-09', 2);

    await record(runOf('r1', null));

    expect(await historyOf()).toEqual(['r1 1 2026-01-08 1.0000 false']);
  });

  it('names the months that it adds to, so that they are published anew', async () => {
    await sell('2026-01-08', 1);
    await record(runOf('r1', '2026-02-20'));
    await sell('2026-02-01', 1);
    await record(runOf('r2', '2026-02-20'));

    expect((await readTableVersions(ledger)).headline_history?.partitions).toEqual({
      '2026-01-01': 'r1',
      '2026-02-01': 'r2',
    });
  });

  it('comes back out of the published build when the table is lost', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'millpond-history-'));
    const publisher = new ParquetPublisher({ buildsFolder: folder, keep: 1 });
    await sell('2026-01-08', 1);
    await record(runOf('r1', '2026-01-12'));
    const columns = models.models.find(({ name }) => name === 'headline_history')?.columns ?? [];
    const version = (await readTableVersions(ledger)).headline_history ?? { all: null, partitions: {} };
    await publisher.publish(engine, {
      ...{ runId: 'r1', publishedAt: '2026-01-02T00:00:00.000Z', watermark: null, checks: [] },
      tables: [
        {
          ...{ name: 'headline_history', partition: HISTORY_PARTITION, version },
          columns: columns.map(({ name, type }) => ({ name, type })),
        },
      ],
    });
    await engine.execute('drop table headline_history');

    await sell('2026-01-08', 2);
    await record(runOf('r2', '2026-01-12'), publisher);

    expect(await historyOf()).toEqual(['r1 1 2026-01-08 1.0000 false', 'r2 2 2026-01-08 3.0000 false']);
    rmSync(folder, { recursive: true });
  });
});
