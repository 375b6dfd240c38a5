import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../../lambdas/ports/stream.ts';
import { produceEvents } from '../../lambdas/produce-events/produce-events.ts';
import { configWith, DEFAULT_CONFIG } from '../../simulator/config.ts';
import { simulate } from '../../simulator/simulate.ts';
import { LakeUnderTest } from './lake-under-test.ts';

/** A shop of the days before the test's clock, with many copies and conflicts; all arrives at that clock. */
const RECORDS: readonly OutgoingRecord[] = [
  ...simulate(
    configWith({
      seed: 11,
      visitors: 150,
      days: 4,
      start: '2026-11-16',
      faults: { ...DEFAULT_CONFIG.faults, duplicate: 0.05, resend: 0.05, idConflict: 0.2, malformed: 0 },
    }),
  ),
].map(({ partitionKey, data }) => ({ partitionKey, data }));

/** Where a record lies, and what tells of that. */
const COORDINATES = new Set(['shard_id', 'sequence_number', 'record_index', 'owner', 'ledger_id', 'detail']);

let plain: LakeUnderTest;
let packed: LakeUnderTest;
let packedRecords = 0;

async function lakeWith(aggregate: { readonly maxBytes: number } | undefined): Promise<LakeUnderTest> {
  const lake = await LakeUnderTest.create();
  const options = aggregate === undefined ? {} : { aggregate };
  const counts = await produceEvents({ stream: lake.stream, groups: [RECORDS], ...options });
  if (aggregate !== undefined) packedRecords = counts.acceptedRecords;
  await lake.drain(50);
  await lake.run();
  return lake;
}

beforeAll(async () => {
  plain = await lakeWith(undefined);
  packed = await lakeWith({ maxBytes: 4 * 1_024 });
});
afterAll(() => {
  plain.close();
  packed.close();
});

/** The rows of a table without coordinates, as sorted texts. */
async function rowsOf(lake: LakeUnderTest, table: string): Promise<string[]> {
  const rows = await lake.rows(table);
  return rows
    .map((row) =>
      JSON.stringify(
        Object.fromEntries(Object.entries(row).filter(([column]) => !COORDINATES.has(column))),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      ),
    )
    .sort();
}

describe('a stream of aggregated records', () => {
  it('holds the same events in far fewer records', () => {
    expect(packedRecords).toBeGreaterThan(64);
    expect(packedRecords).toBeLessThan(RECORDS.length / 3);
  });

  it.each([
    'stg_events',
    'stg_order_lines',
    'stg_late_events',
    'fct_sessions',
    'fct_orders',
    'fct_refunds',
    'customer_days',
    'funnel_entries',
    'funnel_daily',
    'cohort_retention',
    'cohort_ltv',
    'daily_sales',
    'dim_customer',
    'dim_device',
  ])('gives the same %s', async (table) => {
    const rows = await rowsOf(packed, table);

    expect(rows).toEqual(await rowsOf(plain, table));
    if (table === 'stg_events') expect(rows.length).toBeGreaterThan(500);
  });

  it('is counted event by event, duplicates and quarantine included', async () => {
    const totals = async (lake: LakeUnderTest) => {
      const rows = await lake.stores.ledger.rows();
      const sum = (pick: (row: (typeof rows)[number]) => number) =>
        rows.reduce((total, row) => total + pick(row), 0);
      return {
        received: sum((row) => row.received),
        accepted: sum((row) => row.accepted),
        duplicate: sum((row) => row.duplicate),
        quarantined: sum((row) => row.quarantined),
      };
    };

    const counts = await totals(packed);

    expect(counts).toEqual(await totals(plain));
    expect(counts.received).toBe(RECORDS.length);
    expect(counts.duplicate).toBeGreaterThan(20);
    expect(counts.quarantined).toBeGreaterThan(5);
  });
});
