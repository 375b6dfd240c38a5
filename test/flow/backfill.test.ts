import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admit, readAdmissions, readLakeState } from '../../lambdas/run-lake/lake-state.ts';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { event, purchase } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';

/** Of 3 March on the stream; what happened in February came too late. */
const NOW = '2026-03-03T12:00:00Z';
const LATER = '2026-03-04T12:00:00Z';

function backfill(from: string, to: string, models: readonly string[] | null = null): RunTask {
  return { kind: 'backfill', from, to, models };
}

function changes(run: RunRecord): Readonly<Record<string, number>> {
  return Object.fromEntries(
    run.models
      .map(({ model, inserted, updated, deleted }) => [model, inserted + updated + deleted] as const)
      .filter(([, rows]) => rows > 0),
  );
}

async function arrive(lake: LakeUnderTest, texts: readonly string[], at: string): Promise<void> {
  await lake.put(
    texts.map((text) => ({ data: Buffer.from(text), partitionKey: 'd-1', arrivalTimeMs: Date.parse(at) })),
  );
  await lake.drain();
}

async function late(lake: LakeUnderTest): Promise<readonly unknown[]> {
  return (await lake.rows('select event_id from stg_late_events order by event_id')).map((row) =>
    Number(String(row.event_id).slice(-3)),
  );
}

describe('fault 7: what came too late shows after a backfill', () => {
  let lake: LakeUnderTest;
  let before: Awaited<ReturnType<typeof readLakeState>>;
  let first: RunRecord;

  beforeAll(async () => {
    lake = await LakeUnderTest.create();
    await arrive(
      lake,
      [
        event(1, { event_time: '2026-03-03T11:00:00Z', user_id: 'ana' }),
        purchase(2, { event_time: '2026-03-03T11:30:00Z', user_id: 'ana' }),
        // Too late: an earlier purchase of the same customer, and of the same order id; a page view of another day.
        purchase(3, { event_time: '2026-02-10T10:00:00Z', session_id: 's-2', user_id: 'ana' }),
        purchase(4, { event_time: '2026-02-12T10:00:00Z', session_id: 's-3', order_id: 'o-2' }),
        event(5, { event_time: '2026-02-20T10:00:00Z', session_id: 's-4' }),
      ],
      NOW,
    );
    await lake.run();
    // Waits: one in time, one too late for a range that is backfilled.
    await arrive(
      lake,
      [
        event(6, { event_time: '2026-03-04T11:00:00Z' }),
        purchase(7, { event_time: '2026-02-11T10:00:00Z', session_id: 's-5' }),
      ],
      LATER,
    );
    before = await readLakeState(lake.stores.ledger);
    first = await lake.run(false, backfill('2026-02-10', '2026-02-12'));
  });
  afterAll(() => lake.close());

  it('and no other: later dates, and what no run has staged, stay out', async () => {
    expect(first).toMatchObject({ status: 'succeeded', mode: 'incremental', ledgerRows: 0 });
    expect(await late(lake)).toEqual([5]);
    expect(await lake.rows('select distinct event_date from stg_events order by 1')).toEqual([
      { event_date: '2026-02-10' },
      { event_date: '2026-02-12' },
      { event_date: '2026-03-03' },
    ]);
  });

  it('in every table that it touches: an earlier order renumbers, another takes over its id', async () => {
    expect(await lake.rows('select order_id, order_date, order_number from fct_orders order by 2')).toEqual([
      { order_id: 'o-3', order_date: '2026-02-10', order_number: 1 },
      { order_id: 'o-2', order_date: '2026-02-12', order_number: 2 },
    ]);
    expect(first.reconciliation).toMatchObject({ staged: 4, tooLate: 1 });
  });

  it('while what waits goes on waiting, and the watermark stays', async () => {
    const after = await readLakeState(lake.stores.ledger);

    expect(after.watermarkMs).toBe(before.watermarkMs);
    expect((await lake.stores.ledger.rows()).filter(({ stagedBy }) => stagedBy === null)).toHaveLength(1);
  });

  it('once: the same again changes no row', async () => {
    const again = await lake.run(false, backfill('2026-02-10', '2026-02-12'));

    expect(again.status).toBe('succeeded');
    expect(changes(again)).toEqual({});
  });

  it('and holds in every later run: what waited is staged, and what of it came after the backfill is too late', async () => {
    const next = await lake.run();

    expect(next.status).toBe('succeeded');
    expect(await late(lake)).toEqual([5, 7]);
    expect((await readLakeState(lake.stores.ledger)).watermarkMs).toBeGreaterThan(before.watermarkMs ?? 0);
  });

  it('and the tables are those of a rebuild', async () => {
    const rebuilt = await lake.run(false, { kind: 'rebuild' });

    expect(rebuilt).toMatchObject({ status: 'succeeded', mode: 'full' });
    expect(changes(rebuilt)).toEqual({});
    expect((await readAdmissions(lake.stores.ledger)).length).toBeGreaterThan(0);
  });

  it('also when a backfill names one table: whatever the events touch follows', async () => {
    const named = await lake.run(false, backfill('2026-02-11', '2026-02-20', ['fct_sessions']));

    expect(await late(lake)).toEqual([]);
    expect(changes(named)).toMatchObject({ stg_late_events: 2, fct_orders: expect.any(Number) });
    expect(changes(await lake.run(false, { kind: 'rebuild' }))).toEqual({});
  });
});

it('fault 38: a backfill that died after it had let events in is completed by the next run', async () => {
  const lake = await LakeUnderTest.create();
  try {
    const past = purchase(2, { event_time: '2026-02-10T10:00:00Z', session_id: 's-2' });
    await arrive(lake, [event(1, { event_time: NOW }), past], NOW);
    await lake.run();
    // All that such a backfill leaves: its tables were never committed.
    const arrivedUntil = '2026-03-03T12:00:00.000000Z';
    await admit(lake.stores.ledger, {
      ...{ runId: 'died', fromDate: '2026-02-10', toDate: '2026-02-10', arrivedUntil },
    });

    const next = await lake.run();

    expect(next).toMatchObject({ status: 'succeeded', reconciliation: { staged: 2, tooLate: 0 } });
    expect(changes(await lake.run(false, { kind: 'rebuild' }))).toEqual({});
  } finally {
    lake.close();
  }
});

it('fault 42: a backfill whose checks fail lets nothing in, and the next run goes on without it', async () => {
  const lake = await LakeUnderTest.create();
  try {
    await arrive(
      lake,
      [event(1, { event_time: NOW }), event(2, { event_time: '2026-02-10T10:00:00Z' })],
      NOW,
    );
    await lake.run();
    // No data can do that: an order line without its order.
    await lake.engine.execute(
      `insert into fct_order_lines by name select 'forged' as order_id, 1 as line_number, date '2026-02-10' as order_date, 'c' as customer_id, 'p' as product_id, 1 as quantity, 1 as line_total`,
    );

    const failed = await lake.run(false, backfill('2026-02-01', '2026-02-28'));
    expect(failed.status).toBe('failed');
    expect(await readAdmissions(lake.stores.ledger)).toEqual([]);
    await lake.engine.execute(`delete from fct_order_lines where order_id = 'forged'`);

    expect((await lake.run()).status).toBe('unchanged');
    expect(await late(lake)).toEqual([2]);
  } finally {
    lake.close();
  }
});

describe('a rebuild', () => {
  let lake: LakeUnderTest;

  beforeAll(async () => {
    lake = await LakeUnderTest.create();
    await arrive(lake, [event(1, { event_time: NOW }), purchase(2, { event_time: NOW })], NOW);
    await lake.run();
  });
  afterAll(() => lake.close());

  it('puts right what somebody wrote by hand, and writes nothing else', async () => {
    await lake.engine.execute('update fct_orders set gross = gross + 1');
    await lake.engine.execute('delete from fct_sessions');
    await lake.engine.execute(
      `insert into dim_device select 'forged', * exclude anonymous_id from dim_device`,
    );

    const rebuilt = await lake.run(false, { kind: 'rebuild' });

    expect(rebuilt.status).toBe('succeeded');
    expect(changes(rebuilt)).toEqual({ fct_orders: 1, fct_sessions: 1, dim_device: 1 });
  });

  it('stages what waits', async () => {
    await arrive(lake, [event(3, { event_time: LATER })], LATER);

    const rebuilt = await lake.run(false, { kind: 'rebuild' });

    expect(rebuilt.ledgerRows).toBe(1);
    expect(await lake.stores.ledger.rows({ unstagedOnly: true })).toEqual([]);
  });
});
