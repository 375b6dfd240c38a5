import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { filesFewer } from '../../lambdas/run-lake/compact-table.ts';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { readModels } from '../../local/model-files.ts';
import { DEFAULT_CONFIG } from '../../simulator/config.ts';
import { CATALOGUE_DATA, type FakeStoreData } from '../../simulator/fakestore/data.ts';
import { startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { simulate } from '../../simulator/simulate.ts';
import { LakeUnderTest } from '../flow/lake-under-test.ts';
import { difference, rowsOf } from './compare-tables.ts';
import { LakeOnTrino, TABLES } from './lake-on-trino.ts';
import { digestOf, readRecord, sqlDigests, writeRecord } from './record.ts';

/** A shop with every fault, small: each statement costs Trino some tenths of a second, whatever it reads. */
const SHOP = { ...DEFAULT_CONFIG, visitors: 40 };
const MIDDLE_MS = Date.parse('2026-11-01T00:00:00Z');
const SLOTS = ['2026-11-01T06:00:00.000Z', '2026-11-10T06:00:00.000Z'] as const;

/** The store nine days later: a dearer product, and a cart that is gone. */
const LATER_DATA: FakeStoreData = {
  ...CATALOGUE_DATA,
  products: CATALOGUE_DATA.products.map((product, index) =>
    index === 0 ? { ...product, price: product.price + 1 } : product,
  ),
  carts: CATALOGUE_DATA.carts.slice(1),
};

const { state, warehouse } = inject('trino');
let onDuckDb: LakeUnderTest;
let onTrino: LakeOnTrino;
/** What bi_publish_status said after the first run, and what stg_events held. */
let firstBuild: { readonly wholeAt: string; readonly events: number };

beforeAll(async () => {
  onDuckDb = await LakeUnderTest.create();
  if (state.kind !== 'running') return;
  onTrino = new LakeOnTrino({ url: state.url, warehouse }, 'referee');
  await onTrino.waitUntilReady();
});

afterAll(() => onDuckDb.close());

async function arrive(half: 'first' | 'second', data: FakeStoreData, slot: string): Promise<void> {
  const records = simulate(SHOP).filter(
    ({ arrivalTimeMs = 0 }) => arrivalTimeMs < MIDDLE_MS === (half === 'first'),
  );
  await onDuckDb.put(records);
  const store = await startFakeStore({ data });
  await onDuckDb.ingest(store.url, slot);
  await store.close();
  await onDuckDb.drain(700);
  await bringFiles(half, slot);
}

/** A shop's export with a bad row, and events that only a file has: on the stream they would be too late. */
async function bringFiles(half: 'first' | 'second', slot: string): Promise<void> {
  const price = half === 'first' ? '9.99' : '8.50';
  const files = {
    'orders.csv': `order_id;ordered_at;customer_id;currency;tax;note\nA-1;2026-10-20T10:00:00+02:00;c1;USD;${price};x "y" ß\nA-2;yesterday;c2;USD;;\n`,
    'lines.ndjson': `{"order_id":"A-1","line_number":1,"product_id":"1","quantity":2,"unit_price":"${price}"}\n`,
    'events.csv': `event_id,event_type,event_time,anonymous_id,session_id,order_id,currency,items\n${[1, 2]
      .map(
        (n) =>
          `0000000${n}-0000-4000-8000-00000000000${half === 'first' ? 1 : 2},purchase,2025-12-3${n - 1}T23:59:59.999999Z,file-d,file-s,file-${half}-${n},USD,"[{""product_id"":""1"",""quantity"":${n},""unit_price"":""${price}""}]"`,
      )
      .join('\n')}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const report = await onDuckDb.bring(`${half}-${name}`, Buffer.from(text), slot, {
      kind: 'percent',
      percent: 100,
    });
    expect(report.outcome).toBe('landed');
  }
}

async function runBoth(mode: RunRecord['mode'], task?: RunTask): Promise<void> {
  const [there, here] = [await onTrino.run(onDuckDb, false, task), await onDuckDb.run(false, task)];
  expect(there).toMatchObject({ status: 'succeeded', mode });
  expect(changesOf(there)).toEqual(changesOf(here));
  expect(there.checks.map(({ check, badRows }) => ({ check, badRows }))).toEqual(
    here.checks.map(({ check, badRows }) => ({ check, badRows })),
  );
  expect(there.reconciliation).toEqual(here.reconciliation);
}

function changesOf(run: RunRecord) {
  return run.models.map(({ durationMs: _, ...changes }) => changes);
}

/** A cell of the one row that Trino gives. */
async function cellOf(sql: string) {
  const { rows } = await onTrino.engine.query(sql);
  expect(rows).toHaveLength(1);
  return rows[0]?.[0];
}

async function expectEqualTables(): Promise<void> {
  for (const table of TABLES) {
    const [there, here] = [await rowsOf(onTrino.engine, table), await rowsOf(onDuckDb.engine, table)];
    expect({ table: table.name, ...difference(there, here) }).toEqual({
      table: table.name,
      onlyLeft: [],
      onlyRight: [],
    });
  }
}

if (state.kind === 'failed') test(`${state.name} starts`, () => expect.fail(state.reason));
if (state.kind === 'skipped') test.skip(`${state.name} did not run: ${state.reason}`, () => undefined);

describe.runIf(state.kind === 'running')(
  'the same runner over the same objects, on Trino and on DuckDB',
  () => {
    test('builds equal tables the first time', async () => {
      await arrive('first', CATALOGUE_DATA, SLOTS[0]);

      await runBoth('full');
      await expectEqualTables();
      firstBuild = {
        wholeAt: String(await cellOf('select whole_at from bi_publish_status where is_whole')),
        events: Number(await cellOf('select count(*) from stg_events')),
      };
    });

    test('takes in later and late events, a new price and a vanished cart alike', async () => {
      await arrive('second', LATER_DATA, SLOTS[1]);

      await runBoth('incremental');
      await expectEqualTables();
    });

    test('says which build is whole, and has an earlier one for whoever reads as of when it was', async () => {
      expect(await cellOf('select whole_run_id from bi_publish_status where is_whole')).toBe('run-2');
      expect(Number(await cellOf('select count(*) from stg_events'))).toBeGreaterThan(firstBuild.events);

      const asOf = `for timestamp as of timestamp '${firstBuild.wholeAt} UTC'`;
      expect(await cellOf(`select count(*) from stg_events ${asOf}`)).toBe(firstBuild.events);
    });

    test('lets in alike what came too late, by a backfill of all dates', async () => {
      const [late] = (await onDuckDb.engine.query('select count(*) from stg_late_events')).rows;
      expect(Number(late?.[0])).toBeGreaterThan(0);

      await runBoth('incremental', { kind: 'backfill', from: '2026-01-01', to: '2026-12-31', models: null });
      await expectEqualTables();
    });

    test('changes no row when all is built again, and makes no Iceberg snapshot', async () => {
      const before = await onTrino.snapshots();

      const again = await onTrino.run(onDuckDb, true);

      expect(
        again.models.filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0),
      ).toEqual([]);
      expect(await onTrino.snapshots()).toEqual(before);
    });

    test('fault 43: has fewer files after a compaction, the same rows, and nothing to do for a run', async () => {
      const compacted = await onTrino.run(onDuckDb, false, { kind: 'compact' });

      expect(compacted).toMatchObject({ status: 'succeeded', models: [], checks: [] });
      const fewer = (compacted.compactions ?? []).map(filesFewer).filter((files) => files > 0);
      expect(fewer.length).toBeGreaterThan(0);
      await expectEqualTables();
      expect(await cellOf('select whole_run_id from bi_publish_status where is_whole')).toBe('run-4');
      expect((await onTrino.run(onDuckDb)).status).toBe('unchanged');
    });

    test('has run the SQL of the record, and given its rows', async () => {
      const rows: [string, string][] = [];
      for (const table of TABLES) {
        rows.push([table.name, digestOf((await rowsOf(onTrino.engine, table)).join('\n'))]);
      }
      const record = { sql: sqlDigests(readModels()), rows: Object.fromEntries(rows) };
      if (process.env.MILLPOND_RECORD === '1') writeRecord(record);

      expect(record).toEqual(readRecord());
    });
  },
);
