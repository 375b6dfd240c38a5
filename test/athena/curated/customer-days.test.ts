import { expect, test } from 'vitest';
import { buildModels, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, refund, staged } from '../rows.ts';

async function daysOf(events: readonly GivenRow[], lines: readonly GivenRow[] = []) {
  const built = await buildModels({ stg_events: events, stg_order_lines: lines, lake_state: [lakeState()] }, [
    'customer_days',
  ]);
  return built.customer_days;
}

test('a day has its events, visits that began, orders, and refunds that were made', async () => {
  const rows = await daysOf(
    [
      staged('e1', '2026-03-01T23:00:00Z'),
      purchase('e2', '2026-03-02T00:10:00Z', 'o1', { discount: '1' }),
      refund('e3', '2026-04-01T10:00:00Z', 'r1', { session_id: 's2' }),
    ],
    [line('o1', '2026-03-02T00:10:00Z')],
  );

  expect(
    pick(rows, 'activity_date', 'events', 'sessions', 'orders', 'gross', 'discount', 'refunds', 'net'),
  ).toEqual([
    {
      activity_date: '2026-03-01',
      events: 1,
      sessions: 1,
      orders: 0,
      gross: '0.0000',
      discount: '0.0000',
      refunds: '0.0000',
      net: '0.0000',
    },
    {
      activity_date: '2026-03-02',
      events: 1,
      sessions: 0,
      orders: 1,
      gross: '20.0000',
      discount: '1.0000',
      refunds: '0.0000',
      net: '19.0000',
    },
    {
      activity_date: '2026-04-01',
      events: 1,
      sessions: 1,
      orders: 0,
      gross: '0.0000',
      discount: '0.0000',
      refunds: '5.0000',
      net: '-5.0000',
    },
  ]);
});

test('a refund that somebody else sent counts for the customer of its order, the event for its sender', async () => {
  const rows = await daysOf(
    [
      purchase('e1', '2026-03-01T10:00:00Z', 'o1', { user_id: 'ann' }),
      refund('e2', '2026-03-05T10:00:00Z', 'r1', { anonymous_id: 'd2', session_id: 's2', user_id: 'clerk' }),
    ],
    [line('o1', '2026-03-01T10:00:00Z')],
  );

  expect(pick(rows, 'customer_id', 'activity_date', 'events', 'refunds', 'was_active')).toEqual([
    { customer_id: 'u:ann', activity_date: '2026-03-01', events: 1, refunds: '0.0000', was_active: true },
    { customer_id: 'u:ann', activity_date: '2026-03-05', events: 0, refunds: '5.0000', was_active: false },
    { customer_id: 'u:clerk', activity_date: '2026-03-05', events: 1, refunds: '0.0000', was_active: true },
  ]);
});

test('a visit of two people counts once, for the last; their events count for each', async () => {
  const rows = await daysOf([
    staged('e1', '2026-03-01T10:00:00Z', { user_id: 'ann' }),
    staged('e2', '2026-03-01T10:00:01Z', { user_id: 'bob' }),
  ]);

  expect(pick(rows, 'customer_id', 'events', 'sessions')).toEqual([
    { customer_id: 'u:ann', events: 1, sessions: 0 },
    { customer_id: 'u:bob', events: 1, sessions: 1 },
  ]);
});

test('an order in another currency makes a buyer without money', async () => {
  const rows = await daysOf(
    [purchase('e1', '2026-03-01T10:00:00Z', 'o1', { currency: 'EUR' })],
    [line('o1', '2026-03-01T10:00:00Z')],
  );

  expect(pick(rows, 'orders', 'gross', 'was_buyer')).toEqual([
    { orders: 1, gross: '0.0000', was_buyer: true },
  ]);
});

test('an advertisement is no activity', async () => {
  expect(await daysOf([staged('e1', '2026-03-01T10:00:00Z', { event_type: 'ad_impression' })])).toEqual([]);
});
