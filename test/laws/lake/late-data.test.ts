import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readModels } from '../../../local/model-files.ts';
import { folderObjects } from './folder-objects.ts';
import type { SentEvent, StoreSnapshot } from './history.ts';
import { HistoryLake } from './history-lake.ts';
import { event, idOf, purchase } from './sent-events.ts';

/** The traps of late data, one lake each: a first run, what comes afterwards, and an incremental run. */

let folder: string;
let lake: HistoryLake;
let sequence: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-late-'));
  lake = await HistoryLake.open(folderObjects(folder), readModels());
  sequence = 0;
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true });
});

const DAY_MS = 86_400_000;
/** Lands events as one batch that arrived at that time, and runs. */
async function arrive(at: string, ...events: readonly SentEvent[]): Promise<void> {
  if (events.length > 0) {
    const arrivalMs = Date.parse(at);
    const records = events.map((sent) => {
      sequence += 1;
      return { shardId: 'shardId-000000000000', sequence: String(sequence), arrivalMs, event: sent };
    });
    await lake.land(records);
  }
  await lake.run({ oldestWaitingMs: null });
}

/** A later run that was incremental, and after which a full one finds nothing to change. */
async function arriveLate(at: string, ...events: readonly SentEvent[]): Promise<void> {
  await arrive(at, ...events);
  await holdAgainstFull();
}

async function holdAgainstFull(): Promise<void> {
  expect((await lake.lastRun())?.mode).toBe('incremental');
  const forced = await lake.run({ oldestWaitingMs: null, isForced: true });
  expect(forced.models.filter((model) => model.inserted + model.updated + model.deleted > 0)).toEqual([]);
}

async function rowsOf(table: string, ...columns: readonly string[]): Promise<readonly string[]> {
  const found = (await lake.tables(columns)).find((rows) => rows.table === table);
  const places = columns.map((column) => found?.columns.indexOf(column) ?? -1);
  return (found?.rows ?? []).map((row) => places.map((place) => row[place]).join(' ')).sort();
}

describe('what arrives late', () => {
  test('a late first event moves a session to another date', async () => {
    await arrive('2026-03-02T08:00:00Z', event('b', 'page_view', '2026-03-02T00:10:00Z'));
    await arriveLate('2026-03-02T09:00:00Z', event('a', 'page_view', '2026-03-01T23:50:00Z'));

    expect(await rowsOf('fct_sessions', 'session_date', 'events')).toEqual(['2026-03-01 2']);
    expect(await rowsOf('customer_days', 'activity_date', 'sessions')).toEqual([
      '2026-03-01 1',
      '2026-03-02 0',
    ]);
  });

  test('a late page of a visit brings the channel of an entry in it, on the date behind midnight', async () => {
    await arrive(
      '2026-03-02T08:00:00Z',
      event('z', 'page_view', '2026-02-28T12:00:00Z', { session_id: 's0' }),
      event('b', 'view_item', '2026-03-02T00:10:00Z', { product_id: '7', currency: 'USD', user_id: 'ann' }),
      event('c', 'view_item', '2026-03-02T00:20:00Z', { product_id: '7', currency: 'USD', session_id: 's2' }),
      event('y', 'page_view', '2026-03-02T07:00:00Z', { session_id: 's3', user_id: 'bob' }),
    );
    const channels = () => rowsOf('funnel_entries', 'unit_id', 'entry_date', 'channel');
    expect(new Set(await channels())).toEqual(
      new Set([
        'u:ann 2026-03-02 unknown',
        'u:bob 2026-03-02 unknown',
        'd1/s1 2026-03-02 unknown',
        'd1/s2 2026-03-02 unknown',
      ]),
    );
    await arriveLate(
      '2026-03-02T09:00:00Z',
      event('a', 'page_view', '2026-03-01T23:50:00Z', { channel: 'email' }),
      event('d', 'page_view', '2026-03-02T00:15:00Z', { session_id: 's2', channel: 'social' }),
    );

    expect(new Set(await channels())).toEqual(
      new Set([
        'u:ann 2026-03-02 email',
        'u:bob 2026-03-02 social',
        'd1/s1 2026-03-02 email',
        'd1/s2 2026-03-02 social',
      ]),
    );
  });

  test('a late order renumbers later ones', async () => {
    await arrive(
      '2026-03-03T00:00:00Z',
      purchase('b', '2026-03-02T10:00:00Z', 'o2'),
      purchase('c', '2026-03-02T11:00:00Z', 'o3', { session_id: 's2' }),
    );
    await arriveLate(
      '2026-03-03T01:00:00Z',
      purchase('a', '2026-03-01T10:00:00Z', 'o1', { session_id: 's0' }),
    );

    expect(await rowsOf('fct_orders', 'order_id', 'order_number')).toEqual(['o1 1', 'o2 2', 'o3 3']);
  });

  test('an earlier purchase of an order_id moves the order and its lines', async () => {
    const items = [
      { product_id: '7', quantity: 2, unit_price: '1.5' },
      { product_id: '8', quantity: 1, unit_price: '4' },
    ];
    await arrive('2026-03-02T12:00:00Z', purchase('b', '2026-03-02T10:00:00Z', 'o1'));
    await arriveLate('2026-03-02T13:00:00Z', purchase('a', '2026-03-01T10:00:00Z', 'o1', { items }));

    expect(await rowsOf('fct_orders', 'order_date', 'gross')).toEqual(['2026-03-01 7.0000']);
    expect(await rowsOf('fct_order_lines', 'order_date', 'product_id')).toEqual([
      '2026-03-01 7',
      '2026-03-01 8',
    ]);
    expect(await rowsOf('daily_sales', 'sale_date', 'gross')).toEqual(['2026-03-01 7.0000']);
  });

  test('a refund without order finds it later', async () => {
    const refund = { refund_id: 'r1', order_id: 'o1', amount: '4', currency: 'USD', session_id: 's9' };
    await arrive(
      '2026-03-03T00:00:00Z',
      purchase('x', '2026-03-01T09:00:00Z', 'o0', { anonymous_id: 'd2' }),
      event('r', 'refund', '2026-03-02T10:00:00Z', { ...refund, anonymous_id: 'd9' }),
    );
    expect(await rowsOf('fct_refunds', 'customer_id', 'is_order_known')).toEqual(['a:d9 false']);
    await arriveLate('2026-03-03T01:00:00Z', purchase('a', '2026-03-02T09:00:00Z', 'o1'));

    expect(await rowsOf('fct_refunds', 'customer_id', 'is_order_known')).toEqual(['a:d1 true']);
    expect(await rowsOf('fct_orders', 'order_id', 'net')).toEqual(['o0 10.0000', 'o1 6.0000']);
    expect(await rowsOf('unallocated_net', 'net')).toEqual([]);
  });

  test('the day after shows the net of the day before anew', async () => {
    await arrive(
      '2026-03-04T00:00:00Z',
      purchase('a', '2026-03-01T10:00:00Z', 'o1'),
      purchase('c', '2026-03-03T10:00:00Z', 'o3', { session_id: 's3' }),
    );
    await arriveLate(
      '2026-03-04T01:00:00Z',
      purchase('b', '2026-03-02T10:00:00Z', 'o2', { session_id: 's2' }),
    );

    expect(await rowsOf('daily_sales', 'sale_date', 'net', 'previous_day_net')).toEqual([
      '2026-03-01 10.0000 ',
      '2026-03-02 10.0000 10.0000',
      '2026-03-03 10.0000 10.0000',
    ]);
  });

  test('a new version of a product prices the carts that it covers', async () => {
    const at = (slot: string, price: number, cartDate: string): StoreSnapshot => ({
      slot,
      products: [{ id: 1, title: 'Cup', category: 'c', price }],
      users: [{ id: 1, email: 'a@example.com' }],
      carts: [{ id: 1, userId: 1, date: cartDate, products: [{ productId: 1, quantity: 2 }] }],
    });
    await lake.ingest(at('2026-03-01T00:00:00.000Z', 5, '2026-03-10T00:00:00.000Z'));
    await arrive('2026-03-01T00:00:00Z', purchase('a', '2026-03-01T00:00:00Z', 'o1'));
    expect(await rowsOf('fct_order_lines', 'order_id', 'line_total')).toEqual([
      'fakestore-1 10.0000',
      'o1 10.0000',
    ]);
    await lake.ingest(at('2026-03-05T00:00:00.000Z', 6, '2026-03-10T00:00:00.000Z'));
    await arriveLate('2026-03-05T00:00:00Z');

    expect(await rowsOf('fct_order_lines', 'order_id', 'line_total')).toEqual([
      'fakestore-1 12.0000',
      'o1 10.0000',
    ]);
    expect(await rowsOf('daily_sales', 'order_source', 'gross')).toContain('fakestore 12.0000');
  });

  test('a device that goes to one person and then to another takes its anonymous past along', async () => {
    await arrive(
      '2026-03-01T12:00:00Z',
      event('a', 'page_view', '2026-03-01T10:00:00Z'),
      purchase('p', '2026-03-01T11:00:00Z', 'o1'),
    );
    expect(await rowsOf('fct_orders', 'customer_id')).toEqual(['a:d1']);
    const signIn = (name: string, time: string, user: string) =>
      event(name, 'page_view', time, { user_id: user, session_id: `s-${user}` });
    await arriveLate('2026-03-02T12:00:00Z', signIn('b', '2026-03-02T10:00:00Z', 'ann'));
    expect(await rowsOf('fct_orders', 'customer_id')).toEqual(['u:ann']);
    await arriveLate('2026-03-03T12:00:00Z', signIn('c', '2026-03-03T10:00:00Z', 'bob'));

    expect(await rowsOf('fct_orders', 'customer_id')).toEqual(['u:bob']);
    expect(await rowsOf('customer_days', 'customer_id', 'activity_date')).toEqual([
      'u:ann 2026-03-02',
      'u:bob 2026-03-01',
      'u:bob 2026-03-03',
    ]);
    expect(await rowsOf('customer_ltv', 'customer_id', 'orders')).toEqual(['u:bob 1']);
  });

  test('an earlier copy of an event with another date takes its place there', async () => {
    const copy = (time: string) => event('a', 'page_view', time, { page_path: '/x' });
    await arrive(
      '2026-03-02T12:00:00Z',
      event('z', 'page_view', '2026-03-02T11:00:00Z', { session_id: 's2' }),
    );
    sequence = 10;
    await arrive('2026-03-02T13:00:00Z', copy('2026-03-02T10:00:00Z'));
    sequence = 5;
    await arriveLate('2026-03-02T12:30:00Z', copy('2026-03-01T10:00:00Z'));

    expect(await rowsOf('stg_events', 'event_date', 'sequence_number')).toEqual([
      '2026-03-01 6',
      '2026-03-02 1',
    ]);
    expect(await rowsOf('stg_id_conflicts', 'sequence_number', 'differing_fields')).toEqual([
      '11 event_time',
    ]);
    expect(await rowsOf('fct_sessions', 'session_id', 'session_date')).toEqual([
      's1 2026-03-01',
      's2 2026-03-02',
    ]);
  });
});

describe('time alone', () => {
  test('makes days and entries final, and lets dense grids grow, without an event among them', async () => {
    await arrive(
      '2026-03-01T12:00:00Z',
      event('v', 'view_item', '2026-03-01T09:00:00Z', { product_id: '1', currency: 'USD' }),
      purchase('a', '2026-03-01T10:00:00Z', 'o1'),
    );
    expect(await rowsOf('daily_sales', 'sale_date', 'is_final')).toEqual(['2026-03-01 false']);
    const far = { anonymous_id: 'd2', session_id: 'x' };
    await arriveLate('2026-04-20T00:00:00Z', purchase('b', '2026-04-19T10:00:00Z', 'o2', far));

    const sales = await rowsOf('daily_sales', 'sale_date', 'is_final');
    expect(sales).toHaveLength(50);
    expect(sales[0]).toBe('2026-03-01 true');
    expect(sales.at(-1)).toBe('2026-04-19 false');
    expect(new Set(await rowsOf('funnel_entries', 'unit_kind', 'is_final'))).toEqual(
      new Set(['customer true', 'session true']),
    );
    expect(await rowsOf('cohort_ltv', 'cohort_month', 'age_month', 'is_final')).toEqual([
      '2026-03-01 0 true',
      '2026-03-01 1 false',
      '2026-04-01 0 false',
    ]);
  });
});

describe('a backfill', () => {
  test('lets in what came too late, leaves what waits, and is nothing the second time', async () => {
    const late = new Date(Date.parse('2026-03-01T10:00:00Z') + 3 * DAY_MS + 1).toISOString();
    await arrive('2026-03-01T12:00:00Z', purchase('a', '2026-03-01T11:00:00Z', 'o1'));
    await arrive(late, purchase('b', '2026-03-01T10:00:00Z', 'o2', { session_id: 's2' }));
    expect(await rowsOf('fct_orders', 'order_id')).toEqual(['o1']);
    const task = { kind: 'backfill', from: '2026-03-01', to: '2026-03-01', models: null } as const;
    await lake.run({ oldestWaitingMs: null, task });
    await holdAgainstFull();

    expect(await rowsOf('fct_orders', 'order_id', 'order_number')).toEqual(['o1 2', 'o2 1']);
    expect(await rowsOf('stg_late_events', 'event_id')).toEqual([]);
    const again = await lake.run({ oldestWaitingMs: null, task });
    expect(again.models.filter((model) => model.inserted + model.updated + model.deleted > 0)).toEqual([]);
    // What is as late and arrives after the backfill is not let in by it.
    await arriveLate(
      '2026-03-09T00:00:00Z',
      purchase('c', '2026-03-01T09:00:00Z', 'o3', { session_id: 's3' }),
    );
    expect(await rowsOf('stg_late_events', 'event_id')).toEqual([idOf('c')]);
  });
});
