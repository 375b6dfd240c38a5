import { describe, expect, test } from 'vitest';
import { type Given, type GivenRow, runCheckQuery, runModel } from '../harness.ts';
import { lakeState, ledgerRow, staged } from '../rows.ts';

const AT = '2026-03-01T10:00:00Z';

async function badRows(check: string, given: Given): Promise<number> {
  return (await runCheckQuery(check, given)).length;
}

const ORDER: GivenRow = {
  order_id: 'o1',
  order_date: '2026-03-01',
  order_source: 'web',
  gross: '20',
  net: '15',
};

describe('revenue_closes', () => {
  const closed = {
    fct_orders: [ORDER],
    fct_order_lines: [{ order_id: 'o1', line_number: 1, line_total: '20' }],
    fct_sessions: [{ anonymous_id: 'd1', session_id: 's1', revenue: '20' }],
    customer_days: [{ customer_id: 'u:ann', gross: '20' }],
    daily_sales: [{ sale_date: '2026-03-01', gross: '20' }],
  };

  test('is content when all say the same', async () => {
    expect(await badRows('revenue_closes', closed)).toBe(0);
  });

  const WRONG: Readonly<Record<string, readonly GivenRow[]>> = {
    fct_order_lines: [{ order_id: 'o1', line_number: 1, line_total: '19.9999' }],
    fct_sessions: [],
    customer_days: [{ customer_id: 'u:ann', gross: '20.0001' }],
    daily_sales: [],
  };
  for (const [name, rows] of Object.entries(WRONG)) {
    test(`names ${name} when it differs by as little as 0.0001, or has none`, async () => {
      expect(await runCheckQuery('revenue_closes', { ...closed, [name]: rows })).toEqual([
        expect.objectContaining({ counted_in: name }),
      ]);
    });
  }
});

describe('net_closes', () => {
  const closed = {
    fct_orders: [ORDER, { order_id: 'euro', gross: null, net: null }],
    fct_refunds: [
      { refund_id: 'r1', order_id: 'o1', amount: '5' },
      { refund_id: 'loose', order_id: 'o2', amount: '3' },
      { refund_id: 'of-euro', order_id: 'euro', amount: '2' },
    ],
    customer_days: [{ customer_id: 'u:ann', net: '10' }],
    daily_sales: [{ sale_date: '2026-03-01', net: '10' }],
    cohort_ltv: [{ cohort_month: '2026-03-01', age_month: 0, net: '15' }],
    unallocated_net: [{ month: '2026-03-01', reason: 'no_order', net: '-5' }],
  };

  test('is content when refunds that no order takes off stand apart', async () => {
    expect(await badRows('net_closes', closed)).toBe(0);
  });

  test('names the cohorts when unallocated net is missing', async () => {
    expect(await runCheckQuery('net_closes', { ...closed, unallocated_net: [] })).toEqual([
      expect.objectContaining({ counted_in: 'cohort_ltv and unallocated_net', net: '15.0000' }),
    ]);
  });

  test('names customer days and daily sales that differ', async () => {
    expect(await badRows('net_closes', { ...closed, customer_days: [], daily_sales: [] })).toBe(2);
  });
});

describe('other errors', () => {
  test('events_close names a table that lost an event', async () => {
    const given = {
      stg_events: [
        staged('e1', AT),
        staged('e2', AT, { event_type: 'purchase' }),
        staged('e3', AT, { event_type: 'ad_click' }),
      ],
      stg_order_events: [{ event_id: 'e2', event_type: 'purchase' }],
      customer_days: [{ customer_id: 'a:d1', events: 2 }],
      fct_sessions: [{ anonymous_id: 'd1', session_id: 's1', events: 2 }],
    };

    expect(await badRows('events_close', given)).toBe(0);
    expect(await badRows('events_close', { ...given, fct_sessions: [] })).toBe(1);
    expect(await badRows('events_close', { ...given, customer_days: [] })).toBe(1);
    expect(await badRows('events_close', { ...given, stg_order_events: [] })).toBe(1);
  });

  test('cohorts_close names a cohort that lost a member, and a cell with more than its members', async () => {
    const cell = {
      cohort_start: '2026-03-01',
      period_index: 0,
      cohort_size: 1,
      returned: 1,
      returned_or_later: 1,
    };
    const cells = ['week', 'month'].map((period) => ({ ...cell, cohort_kind: 'visit', period }));
    const days = [{ customer_id: 'a:d1', was_active: true, was_buyer: false }];

    expect(await badRows('cohorts_close', { customer_days: days, cohort_retention: cells })).toBe(0);
    expect(
      await badRows('cohorts_close', {
        customer_days: [...days, { customer_id: 'a:d2', was_active: true, was_buyer: false }],
        cohort_retention: cells,
      }),
    ).toBe(2);
    expect(
      await badRows('cohorts_close', {
        customer_days: days,
        cohort_retention: [...cells, { ...cells[0], period_index: 1, returned: 2 }],
      }),
    ).toBe(1);
  });

  test('funnel_narrows names a step with more units than the one before', async () => {
    const step = {
      funnel: 'shop',
      unit_kind: 'customer',
      entry_date: '2026-03-01',
      breakdown: 'none',
      entered: 3,
    };
    const steps = (...reached: readonly number[]) =>
      reached.map((units, index) => ({ ...step, breakdown_value: 'all', step: index + 1, reached: units }));

    expect(await badRows('funnel_narrows', { funnel_daily: steps(3, 2, 2) })).toBe(0);
    expect(await badRows('funnel_narrows', { funnel_daily: steps(3, 1, 2) })).toBe(1);
    expect(await badRows('funnel_narrows', { funnel_daily: steps(2, 2, 2) })).toBe(1);
  });

  test('staging_unique names an id that is in time and too late at once', async () => {
    const given = { stg_events: [staged('e1', AT)], stg_late_events: [staged('e1', AT), staged('e2', AT)] };

    expect((await runCheckQuery('staging_unique', given)).map((row) => row.event_id)).toEqual(['e1']);
  });

  test.each(['stg_events', 'stg_late_events'])(
    'staging_unique names an id that %s holds twice',
    async (table) => {
      const rows = await runCheckQuery('staging_unique', {
        stg_events: [staged('e0', AT)],
        stg_late_events: [staged('e3', AT)],
        [table]: [staged('e1', AT), staged('e2', AT), staged('e1', AT)],
      });

      expect(rows.map((row) => [row.event_id, row.copies])).toEqual([['e1', 2]]);
    },
  );

  test('future_watermark wants the watermark at or before the newest arrival', async () => {
    const ledger = [ledgerRow({ max_arrival_time: AT })];
    const at = (watermark: string | null, rows = ledger) =>
      badRows('future_watermark', { lake_state: [lakeState({ watermark })], ledger: rows });

    expect(await at(null)).toBe(0);
    expect(await at(AT)).toBe(0);
    expect(await at('2026-03-01T10:00:00.001Z')).toBe(1);
    expect(await at(AT, [])).toBe(1);
  });

  test('uncast_fields names a field, an item, and a purchase without readable items', async () => {
    const copy = { ledger_id: 'l1', shard_id: 's', sequence_number: '1', record_index: 0, copy_rank: 1 };
    const buy = { ...copy, event_type: 'purchase' };
    const items = (price: string) => JSON.stringify([{ product_id: '1', quantity: 1, unit_price: price }]);

    const bought = [
      { ...buy, event_id: 'fine-too', items: items('1') },
      { ...buy, event_id: 'item', items: items('x') },
      { ...buy, event_id: 'no-json', items: '[' },
    ];

    const rows = await runModel('broken_records', {
      event_copies: [
        { ...copy, event_id: 'fine', event_type: 'search' },
        { ...copy, event_id: 'field', event_type: 'search', uncast_fields: 'cost' },
        ...bought,
      ],
      item_lists: bought.map(({ event_type, copy_rank, ...list }) => list),
    });

    expect(rows.map((row) => `${row.event_id} ${row.uncast_fields}`).sort()).toEqual([
      'field cost',
      'item items',
      'no-json items',
    ]);
  });

  test('uncast_snapshots names a product without price and a cart without date', async () => {
    const version = { valid_from: AT, is_active: true };

    const rows = await runCheckQuery('uncast_snapshots', {
      stg_products: [
        { ...version, id: '1', price: '1' },
        { ...version, id: '2' },
      ],
      stg_carts: [{ ...version, id: '3', user_id: '1', items: '[]' }],
    });

    expect(rows.map((row) => row.id).sort()).toEqual(['2', '3']);
  });
});

describe('warnings', () => {
  test('order_repeated names an order of several purchases, and one that is a cart too', async () => {
    const rows = await runCheckQuery('order_repeated', {
      stg_order_events: ['o1', 'o1', 'o2', 'fakestore-5'].map((order_id, index) => ({
        event_id: `e${index}`,
        event_type: 'purchase',
        order_id,
      })),
      stg_carts: [{ id: '5', valid_from: AT, is_active: true }],
    });

    expect(rows.map((row) => row.order_id).sort()).toEqual(['fakestore-5', 'o1']);
  });

  test('refund_repeated names a refund of several events', async () => {
    const given = {
      stg_order_events: ['r1', 'r1', 'r2'].map((refund_id, index) => ({
        event_id: `e${index}`,
        event_type: 'refund',
        refund_id,
      })),
    };

    expect(await runCheckQuery('refund_repeated', given)).toEqual([{ refund_id: 'r1', refunds: 2 }]);
  });

  test('other_currency names orders and refunds whose money is left out', async () => {
    const rows = await runCheckQuery('other_currency', {
      fct_orders: [ORDER, { order_id: 'euro', original_currency: 'EUR' }],
      fct_refunds: [{ refund_id: 'r1', currency: 'EUR' }],
    });

    expect(rows).toEqual([
      { kind: 'order', id: 'euro', currency: 'EUR' },
      { kind: 'refund', id: 'r1', currency: 'EUR' },
    ]);
  });

  test('unknown_product names lines without a version of the product', async () => {
    const line = { order_id: 'o1', line_number: 1, product_id: 'p1' };
    const given = { fct_order_lines: [line, { ...line, line_number: 2, product_valid_from: AT }] };

    expect((await runCheckQuery('unknown_product', given)).map((row) => row.line_number)).toEqual([1]);
  });

  test('long_session names a visit of more than a day', async () => {
    const visit = { anonymous_id: 'd1', duration_s: 86_400 };
    const given = {
      fct_sessions: [
        { ...visit, session_id: 's1' },
        { ...visit, session_id: 's2', duration_s: 86_400.000001 },
      ],
    };

    expect((await runCheckQuery('long_session', given)).map((row) => row.session_id)).toEqual(['s2']);
  });
});
