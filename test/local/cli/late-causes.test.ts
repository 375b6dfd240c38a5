import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { causesOf } from '../../../local/cli/late/causes.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

const DAY = '2026-03-10';
const SALES = {
  date: DAY,
  table: 'daily_sales',
  item: 'all',
  run_id: 'r1',
  reason: '1 ledger rows to stage',
};
const CUSTOMERS = { ...SALES, table: 'funnel_daily', item: 'shop/customer' };
const SESSIONS = { ...SALES, table: 'funnel_daily', item: 'shop/session' };

/** Only what the causes are read from. */
const TABLES = {
  ledger:
    'ledger_id varchar, source varchar, origin varchar, recovered_from varchar, file_name varchar, staged_by varchar, min_arrival_time timestamp, max_arrival_time timestamp, event_dates varchar',
  stg_events:
    'event_id varchar, event_date date, event_type varchar, event_time timestamp, arrival_time timestamp, lateness_s double, anonymous_id varchar, session_id varchar, user_id varchar, order_id varchar, ledger_id varchar',
  stg_repeats: 'event_id varchar, event_type varchar, event_time timestamp, ledger_id varchar',
  fct_orders: 'order_id varchar, order_date date',
  daily_sales: 'sale_date date, order_source varchar',
  funnel_entries: 'funnel varchar, unit_kind varchar, unit_id varchar, entry_date date',
  funnel_steps: 'funnel varchar, unit_kind varchar, event_type varchar, window_s bigint',
  dim_device: 'anonymous_id varchar, customer_id varchar',
  admissions: 'run_id varchar, from_date date, to_date date, arrived_until timestamp',
  lake_state: 'allowed_lateness_s bigint',
};

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  for (const [name, columns] of Object.entries(TABLES))
    await engine.execute(`create table ${name} (${columns})`);
});
afterAll(() => engine.close());

beforeEach(async () => {
  for (const name of Object.keys(TABLES)) await engine.execute(`delete from ${name}`);
  await engine.execute('insert into lake_state values (259200)');
  await engine.execute(`insert into funnel_steps values
    ('shop', 'customer', 'view_item', 604800), ('shop', 'customer', 'purchase', 604800),
    ('shop', 'session', 'view_item', null), ('shop', 'session', 'purchase', null)`);
});

type Cells = Readonly<Record<string, string | number | null>>;

async function insert(table: keyof typeof TABLES, cells: Cells) {
  const values = Object.values(cells).map((cell) => (typeof cell === 'string' ? `'${cell}'` : String(cell)));
  await engine.execute(
    `insert into ${table} (${Object.keys(cells).join(', ')}) values (${values.join(', ')})`,
  );
}

const batch = (id: string, more: Cells = {}) =>
  insert('ledger', {
    ...{ ledger_id: id, source: 'events', origin: 'stream', staged_by: 'r1', event_dates: '[]' },
    ...{ min_arrival_time: '2026-03-12 00:00:00', max_arrival_time: '2026-03-12 01:00:00', ...more },
  });

let events = 0;
const stage = (date: string, type: string, more: Cells = {}) =>
  insert('stg_events', {
    ...{ event_id: `e${events++}`, event_date: date, event_type: type, event_time: `${date} 10:00:00` },
    ...{ arrival_time: '2026-03-12 00:30:00', lateness_s: 100, anonymous_id: 'd', session_id: 's', ...more },
  });

const named = async (at: typeof SALES) => (await causesOf(engine, at)).map(({ cause }) => cause);

describe('the sales of a day', () => {
  it('change with the purchases and refunds of it that the run staged, by source and origin', async () => {
    await batch('b1');
    await batch('b2', { origin: 'replay', recovered_from: 'quarantine/q' });
    await batch('b3', { staged_by: 'r0' });
    await stage(DAY, 'purchase', { ledger_id: 'b1' });
    await stage(DAY, 'refund', { ledger_id: 'b2', lateness_s: 200 });
    for (const [date, type, id] of [
      [DAY, 'purchase', 'b3'],
      [DAY, 'page_view', 'b1'],
      ['2026-03-11', 'purchase', 'b1'],
    ] as const) {
      await stage(date, type, { ledger_id: id });
    }

    expect(await causesOf(engine, SALES)).toEqual([
      {
        ...{ cause: 'arrivals', source: 'events', origin: 'replay', recovered_from: 'quarantine/q' },
        ...{ file_name: null, batches: 1, ledger_ids: ['b2'], events: 1, max_lateness_s: 200 },
        ...{ arrived_from: '2026-03-12T00:30:00Z', arrived_to: '2026-03-12T00:30:00Z' },
      },
      expect.objectContaining({ origin: 'stream', ledger_ids: ['b1'], events: 1, max_lateness_s: 100 }),
    ]);
  });

  it('change with what a backfill let in, and not with what waits for one', async () => {
    await batch('b1', { staged_by: 'r0' });
    await stage(DAY, 'purchase', { ledger_id: 'b1', lateness_s: 259_201 });

    expect(await named(SALES)).toEqual(['unknown']);
    expect(await named({ ...SALES, run_id: 'r0' })).toEqual(['unknown']);
    await insert('admissions', {
      ...{ run_id: 'r1', from_date: DAY, to_date: DAY, arrived_until: '2026-03-12 00:30:00' },
    });
    expect(await causesOf(engine, SALES)).toMatchObject([
      { cause: 'backfill', ledger_ids: ['b1'], events: 1 },
    ]);
    expect(await named({ ...SALES, run_id: 'r2' })).toEqual(['unknown']);
  });

  it('lose an order whose earlier purchase arrives', async () => {
    await batch('b1');
    await insert('fct_orders', { order_id: 'o1', order_date: '2026-03-09' });
    await stage('2026-03-09', 'purchase', { ledger_id: 'b1', order_id: 'o1' });
    await stage(DAY, 'purchase', { ledger_id: 'b0', order_id: 'o1' });

    expect(await causesOf(engine, SALES)).toMatchObject([{ cause: 'earlier_purchase', ledger_ids: ['b1'] }]);
  });

  it('keep an order that is bought again on its own day', async () => {
    await batch('b1');
    await insert('fct_orders', { order_id: 'o1', order_date: DAY });
    await stage(DAY, 'purchase', { ledger_id: 'b1', order_id: 'o1' });
    await stage(DAY, 'purchase', { ledger_id: 'b0', order_id: 'o1' });

    expect(await named(SALES)).toEqual(['arrivals']);
  });

  it('lose an event of which another copy, of another date, counts now', async () => {
    await batch('b1');
    await stage('2026-03-08', 'purchase', { ledger_id: 'b1', event_id: 'x' });
    await insert('stg_repeats', {
      ...{ event_id: 'x', event_type: 'purchase', event_time: `${DAY} 01:00:00`, ledger_id: 'b0' },
    });

    expect(await causesOf(engine, SALES)).toMatchObject([{ cause: 'another_copy', ledger_ids: ['b1'] }]);
  });

  it('change with a file of orders, a snapshot of the store where it has carts of the day, and exchange rates', async () => {
    await batch('f1', { source: 'file_orders', file_name: 'o.csv', event_dates: `["${DAY}"]` });
    await batch('f2', { source: 'file_order_lines', event_dates: '["2026-03-01"]' });
    await batch('s1', { source: 'fakestore_products' });
    await batch('x1', { source: 'file_exchange_rates' });

    expect(await named(SALES)).toEqual(['exchange_rates', 'file']);
    await insert('daily_sales', { sale_date: DAY, order_source: 'fakestore' });
    expect(await named(SALES)).toEqual(['exchange_rates', 'file', 'store']);
  });

  it('change with models and objects, as the run said', async () => {
    const reason = 'models or settings changed, objects were set aside or rebuilt';

    expect(await named({ ...SALES, reason })).toEqual(['models', 'objects']);
  });
});

describe('the funnel of a day', () => {
  it('changes with steps of the units that entered, up to the end of their window', async () => {
    await batch('b1');
    await insert('dim_device', { anonymous_id: 'd', customer_id: 'u:ann' });
    await insert('funnel_entries', {
      funnel: 'shop',
      unit_kind: 'customer',
      unit_id: 'u:ann',
      entry_date: DAY,
    });
    await insert('funnel_entries', { funnel: 'shop', unit_kind: 'session', unit_id: 'd/s', entry_date: DAY });
    await stage('2026-03-17', 'purchase', { ledger_id: 'b1' });
    await stage('2026-03-18', 'purchase', { ledger_id: 'b1' });
    await stage('2026-03-11', 'purchase', { ledger_id: 'b1', anonymous_id: 'other' });

    expect(await causesOf(engine, CUSTOMERS)).toMatchObject([{ cause: 'arrivals', events: 1 }]);
    expect(await named(SESSIONS)).toEqual(['unknown']);
    await stage('2026-03-11', 'view_item', { ledger_id: 'b1' });
    expect(await causesOf(engine, SESSIONS)).toMatchObject([{ cause: 'arrivals', events: 1 }]);
  });

  it('of customers changes when a device goes to another person, and not when the same signs in again', async () => {
    await batch('b1');
    await stage(DAY, 'view_item', { ledger_id: 'b0' });
    await stage('2026-03-11', 'page_view', { ledger_id: 'b0', user_id: 'ann' });
    await stage('2026-03-20', 'page_view', { ledger_id: 'b1', user_id: 'ann' });
    expect(await named(CUSTOMERS)).toEqual(['unknown']);

    await stage('2026-03-21', 'page_view', { ledger_id: 'b1', user_id: 'bob' });

    expect(await causesOf(engine, CUSTOMERS)).toEqual([{ cause: 'identity', devices: 1 }]);
    expect(await named(SESSIONS)).toEqual(['unknown']);
  });
});
