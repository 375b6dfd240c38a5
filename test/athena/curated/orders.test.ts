import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, refund, staged, timestamp } from '../rows.ts';

const AT = '2026-03-01T10:00:00Z';

interface Shop {
  readonly events: readonly GivenRow[];
  readonly lines?: readonly GivenRow[];
  readonly products?: readonly GivenRow[];
  readonly currency?: string | null;
}

async function shop({ events, lines, products, currency }: Shop) {
  const reporting = currency === undefined ? 'USD' : currency;
  return buildModels(
    {
      stg_events: events,
      stg_order_lines: lines ?? [line('o1', AT)],
      stg_products: products ?? [],
      lake_state: [lakeState({ reporting_currency: reporting })],
    },
    ['fct_orders', 'fct_order_lines', 'fct_refunds', 'fct_sessions'],
  );
}

describe('an order', () => {
  test('is its lines less its discount and its refunds, to the cent', async () => {
    const built = await shop({
      events: [
        purchase('e1', AT, 'o1', { discount: '1.25' }),
        refund('e2', '2026-03-05T10:00:00Z', 'r1', { amount: '3.3333' }),
        refund('e3', '2026-04-05T10:00:00Z', 'r2', { amount: '0.0001' }),
      ],
      lines: [line('o1', AT), line('o1', AT, { line_number: 2, quantity: 3, unit_price: '0.0001' })],
    });

    expect(
      pick(built.fct_orders, 'order_date', 'lines', 'units', 'gross', 'discount', 'refunded', 'net'),
    ).toEqual([
      {
        order_date: '2026-03-01',
        lines: 2,
        units: 5,
        gross: '20.0003',
        discount: '1.2500',
        refunded: '3.3334',
        net: '15.4169',
      },
    ]);
    expect(column(built.fct_orders, 'updated_at')).toEqual([timestamp('2026-04-05T10:00:00Z')]);
  });

  test('that came twice is its first purchase by (event_time, event_id), whichever arrived first', async () => {
    const built = await shop({
      events: [
        purchase('e3', '2026-03-02T10:00:00Z', 'o1', { user_id: 'late', discount: '9' }),
        purchase('e2', AT, 'o1', { user_id: 'tie', discount: '8' }),
        purchase('e1', AT, 'o1', { user_id: 'ann', discount: '1', arrival_time: '2026-03-04T09:00:00Z' }),
      ],
    });

    expect(pick(built.fct_orders, 'event_id', 'customer_id', 'discount')).toEqual([
      { event_id: 'e1', customer_id: 'u:ann', discount: '1.0000' },
    ]);
  });

  test('counts for its customer by (ordered_at, order_id), from 1', async () => {
    const later = '2026-03-02T10:00:00Z';
    const built = await shop({
      events: [
        purchase('e1', later, 'o2'),
        purchase('e2', later, 'o1'),
        purchase('e3', AT, 'o3'),
        purchase('e4', AT, 'o4', { anonymous_id: 'd2' }),
      ],
      lines: [],
    });

    expect(pick(built.fct_orders, 'order_id', 'order_number')).toEqual([
      { order_id: 'o1', order_number: 2 },
      { order_id: 'o2', order_number: 3 },
      { order_id: 'o3', order_number: 1 },
      { order_id: 'o4', order_number: 1 },
    ]);
  });

  test('without a user_id belongs to the customer of its device, who may sign in later', async () => {
    const built = await shop({
      events: [
        purchase('e1', AT, 'o1'),
        staged('e2', '2026-03-09T10:00:00Z', { user_id: 'ann', session_id: 's2' }),
      ],
    });

    expect(column(built.fct_orders, 'customer_id')).toEqual(['u:ann']);
  });

  test('of zero value is an order', async () => {
    const built = await shop({
      events: [purchase('e1', AT, 'o1')],
      lines: [line('o1', AT, { unit_price: '0' })],
    });

    expect(pick(built.fct_orders, 'order_number', 'gross', 'net')).toEqual([
      { order_number: 1, gross: '0.0000', net: '0.0000' },
    ]);
  });
});

describe('channel and country of an order', () => {
  async function channelOf(...events: GivenRow[]) {
    const built = await shop({ events });
    return pick(built.fct_orders, 'channel', 'country');
  }

  test('are the first ones of its visit up to the order', async () => {
    const found = await channelOf(
      staged('e1', '2026-03-01T09:00:00Z'),
      staged('e2', '2026-03-01T09:30:00Z', { channel: 'email' }),
      staged('e3', '2026-03-01T09:40:00Z', { channel: 'direct', country: 'DE' }),
      purchase('e4', AT, 'o1', { channel: 'social', country: 'US' }),
    );

    expect(found).toEqual([{ channel: 'email', country: 'DE' }]);
  });

  test('may come from the order itself', async () => {
    const found = await channelOf(purchase('e1', AT, 'o1', { channel: 'social', country: 'US' }));

    expect(found).toEqual([{ channel: 'social', country: 'US' }]);
  });

  test('are unknown when only a later event says them, be it later by its event_id alone', async () => {
    const found = await channelOf(
      purchase('e1', AT, 'o1'),
      staged('e2', AT, { channel: 'email' }),
      staged('e3', '2026-03-01T10:00:01Z', { country: 'US' }),
    );

    expect(found).toEqual([{ channel: 'unknown', country: 'unknown' }]);
  });

  test('do not come from another visit or an advertisement', async () => {
    const found = await channelOf(
      staged('e1', '2026-03-01T09:00:00Z', { session_id: 's0', channel: 'email' }),
      staged('e2', '2026-03-01T09:00:00Z', { anonymous_id: 'd2', channel: 'email' }),
      staged('e3', '2026-03-01T09:00:00Z', { event_type: 'ad_click', channel: 'display' }),
      purchase('e4', AT, 'o1'),
    );

    expect(found).toEqual([{ channel: 'unknown', country: 'unknown' }]);
  });
});

describe('another currency', () => {
  const IN_EUROS = { currency: 'EUR' };

  test('counts an order, its lines and units, and leaves its money null', async () => {
    const built = await shop({
      events: [purchase('e1', AT, 'o1', { ...IN_EUROS, discount: '1' }), refund('e2', AT, 'r1')],
      lines: [line('o1', AT, IN_EUROS)],
    });

    expect(
      pick(
        built.fct_orders,
        'lines',
        'units',
        'order_number',
        'currency',
        'original_currency',
        'gross',
        'discount',
      ),
    ).toEqual([
      {
        lines: 1,
        units: 2,
        order_number: 1,
        currency: 'EUR',
        original_currency: 'EUR',
        gross: null,
        discount: null,
      },
    ]);
    expect(pick(built.fct_orders, 'refunded', 'net')).toEqual([{ refunded: null, net: null }]);
    expect(pick(built.fct_order_lines, 'quantity', 'unit_price', 'line_total')).toEqual([
      { quantity: 2, unit_price: null, line_total: null },
    ]);
    expect(column(built.fct_sessions, 'revenue')).toEqual(['0.0000']);
  });

  test('leaves a refund in the reporting currency its amount, although its order has none', async () => {
    const built = await shop({ events: [purchase('e1', AT, 'o1', IN_EUROS), refund('e2', AT, 'r1')] });

    expect(pick(built.fct_refunds, 'currency', 'amount')).toEqual([{ currency: 'USD', amount: '5.0000' }]);
  });

  test('leaves the amount of a refund null and takes nothing off its order', async () => {
    const built = await shop({ events: [purchase('e1', AT, 'o1'), refund('e2', AT, 'r1', IN_EUROS)] });

    expect(pick(built.fct_refunds, 'currency', 'amount')).toEqual([{ currency: 'EUR', amount: null }]);
    expect(column(built.fct_orders, 'refunded')).toEqual(['0.0000']);
  });

  test('is other than that of the first purchase by (event_time, event_id) while none is fixed', async () => {
    const built = await shop({
      events: [
        purchase('e2', AT, 'o2'),
        purchase('e1', AT, 'o1', IN_EUROS),
        purchase('e0', '2026-03-02T00:00:00Z', 'o3'),
      ],
      lines: ['o1', 'o2', 'o3'].map((id) => line(id, AT)),
      currency: null,
    });

    expect(pick(built.fct_orders, 'order_id', 'gross')).toEqual([
      { order_id: 'o1', gross: '20.0000' },
      { order_id: 'o2', gross: null },
      { order_id: 'o3', gross: null },
    ]);
  });
});

describe('a refund', () => {
  test('belongs to the customer, channel and country of its order, though it came before it', async () => {
    const built = await shop({
      events: [
        refund('e1', '2026-02-28T10:00:00Z', 'r1', {
          anonymous_id: 'd2',
          session_id: 's2',
          user_id: 'clerk',
        }),
        purchase('e2', AT, 'o1', { user_id: 'ann', channel: 'email', country: 'US' }),
      ],
    });

    expect(
      pick(built.fct_refunds, 'refund_date', 'customer_id', 'channel', 'country', 'order_source', 'amount'),
    ).toEqual([
      {
        refund_date: '2026-02-28',
        customer_id: 'u:ann',
        channel: 'email',
        country: 'US',
        order_source: 'web',
        amount: '5.0000',
      },
    ]);
    expect(column(built.fct_orders, 'refunded')).toEqual(['5.0000']);
  });

  test('without an order belongs to the customer of its event', async () => {
    const built = await shop({ events: [refund('e1', AT, 'r1', { channel: 'email' })], lines: [] });

    expect(
      pick(built.fct_refunds, 'order_id', 'customer_id', 'channel', 'country', 'is_order_known'),
    ).toEqual([
      { order_id: 'o1', customer_id: 'a:d1', channel: 'unknown', country: 'unknown', is_order_known: false },
    ]);
  });

  test('that came twice counts once, by its first event', async () => {
    const built = await shop({
      events: [
        purchase('e1', AT, 'o1'),
        refund('e3', AT, 'r1', { amount: '7' }),
        refund('e2', AT, 'r1', { amount: '6' }),
      ],
    });

    expect(pick(built.fct_refunds, 'event_id', 'amount')).toEqual([{ event_id: 'e2', amount: '6.0000' }]);
    expect(column(built.fct_orders, 'refunded')).toEqual(['6.0000']);
  });
});
