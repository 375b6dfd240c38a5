import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { DEFAULT_CONFIG } from '../../simulator/config.ts';
import { CATALOGUE_DATA } from '../../simulator/fakestore/data.ts';
import { startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { simulate } from '../../simulator/simulate.ts';
import { createTruth, TABLE_KEYS, type Truth, tableNames } from '../../simulator/truth/create-truth.ts';
import { hashEmail, LakeUnderTest, type NamedRow } from './lake-under-test.ts';

const SLOT = '2026-11-01T06:00:00.000Z';

let lake: LakeUnderTest;
let truth: Truth;
let report: RunRecord;

beforeAll(async () => {
  lake = await LakeUnderTest.create();
  const builder = createTruth({ store: [{ slot: SLOT, ...CATALOGUE_DATA }], hashEmail });
  const observed = simulate({ ...DEFAULT_CONFIG, visitors: 400 }).map((record) => {
    builder.observe(record);
    return record;
  });
  await lake.put(observed);
  const store = await startFakeStore();
  await lake.ingest(store.url, SLOT);
  await store.close();
  await lake.drain(700);
  report = await lake.run();
  truth = builder.finish();
}, 180_000);

afterAll(() => lake.close());

/** A row as text, with only the columns that the truth knows, so that a difference reads well. */
function cells(row: NamedRow, columns: readonly string[]): string {
  return columns.map((column) => `${column}=${String(row[column] ?? null)}`).join(' ');
}

describe('a shop with every fault', () => {
  test('is reconciled, and no check of severity error finds a row', () => {
    const errors = report.checks.filter((check) => check.severity === 'error' && check.badRows > 0);

    expect(errors).toEqual([]);
    expect(report.status).toBe('succeeded');
    expect(report.reconciliation).toMatchObject({
      received: truth.totals.received,
      staged: truth.totals.staged,
      tooLate: truth.totals.tooLate,
      quarantined: truth.totals.quarantined,
    });
    const { duplicate, collapsed } = report.reconciliation ?? { duplicate: 0, collapsed: 0 };
    expect(duplicate + collapsed).toBe(truth.totals.duplicates);
  });

  test('is quarantined by the reasons that its faults have', async () => {
    const found = await lake.rows('select reason, count(*) as copies from raw_quarantine group by reason');

    const byReason = Object.fromEntries(found.map((row) => [row.reason, row.copies]));
    expect(byReason).toEqual(truth.totals.quarantinedByReason);
  });

  test.each(tableNames())('%s holds what the truth says, to the row and the cent', async (name) => {
    const expected = truth.tables[name];
    const columns = Object.keys(expected[0] ?? {});
    const found = await lake.rows(`select * from ${name} order by ${TABLE_KEYS[name].join(', ')}`);

    const want = expected.map((row) => cells(row, columns)).sort();
    const have = found.map((row) => cells(row, columns)).sort();
    expect(columns.length).toBeGreaterThan(1);
    const wantSet = new Set(want);
    const haveSet = new Set(have);
    expect({
      missing: want.filter((row) => !haveSet.has(row)).slice(0, 5),
      surplus: have.filter((row) => !wantSet.has(row)).slice(0, 5),
      rows: have.length,
    }).toEqual({ missing: [], surplus: [], rows: want.length });
  });

  test('changes no row when everything is built again', async () => {
    const again = await lake.run(true);

    const changed = again.models.filter((model) => model.inserted + model.updated + model.deleted > 0);
    expect(changed).toEqual([]);
  });
});
