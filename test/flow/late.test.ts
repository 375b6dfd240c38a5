import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import { causesOf } from '../../local/cli/late/causes.ts';
import { readChangedDates } from '../../local/cli/late/changed-dates.ts';
import { readDateHistory } from '../../local/cli/late/date-history.ts';
import { event, purchase } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';

const DAY = '2026-03-01';
const HOUR_MS = 3_600_000;

let lake: LakeUnderTest;
let shop: Awaited<ReturnType<typeof explained>>;

/** Lands events, each `hours` after it happened, and runs. */
async function arrive(...events: readonly (readonly [hours: number, text: string])[]) {
  await lake.put(
    events.map(([hours, text]) => ({
      partitionKey: 'd',
      data: Buffer.from(text),
      arrivalTimeMs: Date.parse(JSON.parse(text).event_time) + hours * HOUR_MS,
    })),
  );
  await lake.drain();
  return run();
}

async function run(task?: RunTask) {
  const { status, runId } = await lake.run(false, task);
  if (status !== 'succeeded') throw new Error(`${runId}: ${status}`);
  return runId;
}

async function explained(table: 'daily_sales' | 'funnel_daily', item: string) {
  const histories = await readDateHistory(lake.engine, DAY, table);
  const history = histories.find((each) => each.item === item);
  if (history === undefined) throw new Error(`no history of ${item}`);
  const causes = await Promise.all(
    history.changes.map((change) => causesOf(lake.engine, { date: DAY, table, item, ...change })),
  );
  return { history, causes };
}

const at = (time: string) => ({ event_time: time });
const VIEW = { event_type: 'view_item', product_id: '1', currency: 'USD' };
const onDay = { ...at(`${DAY}T10:00:00Z`) };

beforeAll(async () => {
  lake = await LakeUnderTest.create();
  await arrive(
    [0, purchase(1, { ...onDay, order_id: 'o-1' })],
    // A visitor without a name, and Ann, both enter the funnel.
    [
      0,
      event(2, {
        ...onDay,
        ...VIEW,
        anonymous_id: 'd-2',
        session_id: 's-2',
      }),
    ],
    [
      0,
      event(3, {
        ...onDay,
        ...{
          ...VIEW,
          user_id: 'ann',
          anonymous_id: 'd-3',
          session_id: 's-3',
        },
      }),
    ],
    [0, event(4, at('2026-03-02T10:00:00Z'))],
  );
  // Two days after the day was over, in time by an hour.
  await arrive(
    [71, purchase(5, { ...onDay, order_id: 'o-2' })],
    [30, purchase(6, { ...onDay, order_id: 'o-3' })],
  );
  // All of the day is final, also its funnels; and a purchase comes too late.
  await arrive([260, purchase(7, { ...onDay, order_id: 'o-4' })]);
  await run({ kind: 'backfill', from: DAY, to: DAY, models: null });
  // The visitor signs in as Ann, weeks later, and a file has an order that the stream never saw.
  await lake.bring(
    'events.ndjson',
    Buffer.from(`${purchase(8, { ...onDay, order_id: 'o-5' })}\n`),
    '2026-03-21T00:00:00.000Z',
  );
  await arrive([
    0,
    event(9, { ...at('2026-03-20T00:00:00Z'), user_id: 'ann', anonymous_id: 'd-2', session_id: 's-9' }),
  ]);
  shop = await explained('daily_sales', 'all');
}, 60_000);

afterAll(() => lake.close());

describe('what became of the sales of a day', () => {
  it('is told from when the day was over, run by run', () => {
    const orders = shop.history.changes.map(({ run_id, was_final, numbers }) => ({
      ...{ run_id, was_final },
      orders: numbers.find(({ measure }) => measure === 'orders'),
    }));

    expect(shop.history.published.run_id).toBe('run-1');
    expect(orders).toEqual([
      {
        ...{ run_id: 'run-2', was_final: false },
        orders: { measure: 'orders', from: '1.0000', to: '3.0000', difference: '2.0000' },
      },
      {
        ...{ run_id: 'run-4', was_final: true },
        orders: { measure: 'orders', from: '3.0000', to: '4.0000', difference: '1.0000' },
      },
      {
        ...{ run_id: 'run-5', was_final: true },
        orders: { measure: 'orders', from: '4.0000', to: '5.0000', difference: '1.0000' },
      },
    ]);
    expect(shop.history.final?.run_id).toBe('run-3');
    expect(shop.history.numbers.find(({ measure }) => measure === 'net')).toEqual({
      ...{ measure: 'net', published: '21.0000', final: '63.0000', now: '105.0000' },
    });
  });

  it('is because of events that arrived late but in time, with their batch and lateness', () => {
    expect(shop.causes[0]).toMatchObject([
      {
        ...{ cause: 'arrivals', source: 'events', origin: 'stream', batches: 1, events: 2 },
        ...{ arrived_from: '2026-03-02T16:00:00Z', arrived_to: '2026-03-04T09:00:00Z' },
        max_lateness_s: 255_600,
      },
    ]);
  });

  it('is because of a backfill, after it was final', () => {
    expect(shop.causes[1]).toMatchObject([
      { cause: 'backfill', source: 'events', events: 1, max_lateness_s: 936_000 },
    ]);
  });

  it('is because of a file, by its name', () => {
    expect(shop.causes[2]).toMatchObject([
      { cause: 'arrivals', source: 'file_events', file_name: 'events.ndjson', events: 1 },
    ]);
  });
});

it('a funnel of customers changes because two of them were one', async () => {
  const { history, causes } = await explained('funnel_daily', 'shop/customer');

  expect(history.changes).toMatchObject([
    {
      ...{ run_id: 'run-5', was_final: true },
      numbers: [{ measure: 'entered', from: '2.0000', to: '1.0000', difference: '-1.0000' }],
    },
  ]);
  expect(causes).toEqual([[{ cause: 'identity', devices: 1 }]]);
});

it('the list has a line for each date and table that changed, the newest first, final ones marked', async () => {
  const dates = await readChangedDates(lake.engine, null);

  expect(dates).toEqual([
    {
      ...{ date: DAY, table: 'daily_sales', item: 'all', runs: 3, numbers_changed: 4 },
      ...{ numbers_changed_after_final: 4, measure: 'net' },
      ...{ published: '21.0000', final: '63.0000', now: '105.0000' },
    },
    {
      ...{ date: DAY, table: 'funnel_daily', item: 'shop/customer', runs: 1, numbers_changed: 1 },
      ...{ numbers_changed_after_final: 1, measure: 'entered' },
      ...{ published: '2.0000', final: '2.0000', now: '1.0000' },
    },
  ]);
  expect(await readChangedDates(lake.engine, 'funnel_daily')).toHaveLength(1);
});

it('a rebuild leaves the history alone', async () => {
  const before = await lake.rows('headline_history');

  await run({ kind: 'rebuild' });

  expect(await lake.rows('headline_history')).toEqual(before);
});
