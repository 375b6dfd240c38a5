import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRun } from '../../../lambdas/run-lake/run-history.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { statusText } from '../../../local/cli/commands/status.ts';
import { type LakeStatus, otherCurrency, readLakeStatus } from '../../../local/cli/lake-status.ts';
import { type Lake, openOrCreateLake } from '../../../local/lake.ts';
import { formatHolder } from '../../../local/lake-holder.ts';
import { type LakeStores, openLakeStores } from '../../../local/lake-stores.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-status-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = { nowMs: () => 1_000_000 };
const NO_PROCESS = 2 ** 31 - 1;
const RUNNING: RunRecord = {
  runId: `2026-03-01T10:00:00.000Z-${process.pid}`,
  status: 'running',
  startedAtMs: Date.parse('2026-03-01T10:00:00Z'),
  finishedAtMs: null,
  reason: 'asked for',
  watermarkMs: null,
  mode: 'full',
  ledgerRows: 0,
  steps: [],
  stepsDone: 0,
  models: [],
  checks: [],
  reconciliation: null,
  stepReports: [],
  publication: null,
  quarantine: [],
};

let lakes = 0;
let lake: Lake;
let stores: LakeStores;
beforeEach(async () => {
  lakes += 1;
  ({ lake } = openOrCreateLake(path.join(folder, `lake-${lakes}`), { madeBy: 'user', nowMs: 0 }));
  stores = await openLakeStores(lake, clock);
});
afterEach(() => stores.close());

const NOTHING_WAITS = [
  { shardId: 'shardId-000000000000', isClosed: false, records: 0, oldestArrivalMs: null },
];

async function statusNow(): Promise<LakeStatus> {
  return readLakeStatus(lake, { stores, clock }, NOTHING_WAITS);
}

async function heldBy(command: string, processId: number): Promise<void> {
  const holder = formatHolder({ command, processId, host: hostname(), since: '2026-03-01T10:00:00Z' });
  await stores.leases.acquire('lake', holder, 60_000);
}

describe('a run that has not ended', () => {
  it('runs while its process holds the lake', async () => {
    await writeRun(stores.ledger, RUNNING);
    await heldBy('run', process.pid);

    const status = await statusNow();

    expect(status.last_run?.status).toBe('running');
    expect(statusText(status, 0)).toContain('running at 2026-03-01T10:00:00.000Z');
  });

  it.each([
    ['nobody holds the lake', async () => undefined, RUNNING],
    [
      'the holder of the lake is dead',
      () => heldBy('run', NO_PROCESS),
      { ...RUNNING, runId: `x-${NO_PROCESS}` },
    ],
    [
      'another process holds the lake',
      () => heldBy('ingest', process.pid),
      { ...RUNNING, runId: `x-${NO_PROCESS}` },
    ],
  ])('was cut off when %s', async (_who, hold, run) => {
    await writeRun(stores.ledger, run);
    await hold();

    const status = await statusNow();

    expect(status.last_run?.status).toBe('cut_off');
    expect(statusText(status, 0)).toMatch(
      /Last run +cut off after it began at 2026-03-01T10:00:00.000Z: `run` completes it$/,
    );
  });
});

describe('the watermark before the first good run with events', () => {
  it.each([
    ['no run', null],
    ['a failed run', 'failed'],
    ['a build of an empty lake', 'succeeded'],
  ] as const)('is said to be none yet after %s', async (_what, runStatus) => {
    if (runStatus !== null) await writeRun(stores.ledger, { ...RUNNING, status: runStatus });

    const text = statusText(await statusNow(), 0);

    expect(text).toMatch(/^Watermark +none yet: the first run that builds events and succeeds sets it$/m);
  });
});

it('no line of the status reaches 100 columns, and what is continued stands below its beginning', async () => {
  const reasons = Array.from({ length: 14 }, (_, index) => [`reason_number_${index}`, 1234 + index] as const);
  const status = await statusNow();
  const text = statusText(
    {
      ...status,
      lake: '/shop',
      events: { ...status.events, quarantined: 99_999, quarantine_reasons: Object.fromEntries(reasons) },
      waiting: { records: 1_234_567, oldest_arrival: '2026-03-01T10:00:00.000Z' },
      unstaged_ledger_rows: 1_234,
    },
    Date.parse('2026-04-01T10:00:00Z'),
  );

  const lines = text.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
  expect(text.replace(/\s+/g, ' ')).toContain(
    'quarantined 99,999: reason_number_0 1,234, reason_number_1 1,235,',
  );
  expect(lines.filter((line) => line.startsWith(`${' '.repeat(16)}reason_number_`)).length).toBeGreaterThan(
    2,
  );
});

describe('records of another currency', () => {
  const examples = (orders: number, refunds: number) => [
    ...Array.from({ length: orders }, () => ({ kind: 'order' })),
    ...Array.from({ length: refunds }, () => ({ kind: 'refund' })),
  ];

  it('are told apart when the examples are all of them, or reach the refunds', () => {
    expect(otherCurrency(undefined)).toEqual({ total: 0, orders: 0, refunds: 0 });
    expect(otherCurrency({ badRows: 2, examples: examples(1, 1) })).toMatchObject({ orders: 1, refunds: 1 });
    expect(otherCurrency({ badRows: 10, examples: examples(10, 0) })).toMatchObject({
      orders: 10,
      refunds: 0,
    });
    expect(otherCurrency({ badRows: 50, examples: examples(9, 1) })).toMatchObject({
      orders: 9,
      refunds: 41,
    });
  });

  it('are one number when the examples do not tell', async () => {
    const status = await statusNow();

    const other = otherCurrency({ badRows: 11, examples: examples(10, 0) });

    expect(other).toEqual({ total: 11, orders: null, refunds: null });
    expect(statusText({ ...status, other_currency: other }, 0)).toContain(
      '11 orders and refunds, counted without money',
    );
    const apart = { total: 2, orders: 1, refunds: 1 };
    expect(statusText({ ...status, other_currency: apart }, 0)).toContain(
      '1 order and 1 refund, counted without money',
    );
  });
});
