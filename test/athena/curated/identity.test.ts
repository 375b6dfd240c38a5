import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, staged, timestamp } from '../rows.ts';

async function devicesOf(...events: GivenRow[]) {
  const built = await buildModels({ stg_events: events }, ['dim_device']);
  return pick(built.dim_device, 'anonymous_id', 'customer_id');
}

describe('a device', () => {
  test('goes to the last user_id seen on it, also for its anonymous past', async () => {
    const devices = await devicesOf(
      staged('e1', '2026-03-01T10:00:00Z'),
      staged('e2', '2026-03-01T11:00:00Z', { user_id: 'ann' }),
      staged('e3', '2026-03-01T12:00:00Z', { user_id: 'bob' }),
      staged('e4', '2026-03-01T13:00:00Z'),
    );

    expect(devices).toEqual([{ anonymous_id: 'd1', customer_id: 'u:bob' }]);
  });

  test('goes at equal times to the user of the greater event_id', async () => {
    const devices = await devicesOf(
      staged('e2', '2026-03-01T10:00:00Z', { user_id: 'ann' }),
      staged('e1', '2026-03-01T10:00:00Z', { user_id: 'bob' }),
    );

    expect(devices).toEqual([{ anonymous_id: 'd1', customer_id: 'u:ann' }]);
  });

  test('is its own customer while nobody signed in', async () => {
    expect(await devicesOf(staged('e1', '2026-03-01T10:00:00Z'))).toEqual([
      { anonymous_id: 'd1', customer_id: 'a:d1' },
    ]);
  });

  test('is neither made nor signed in by an event of an advertisement', async () => {
    const devices = await devicesOf(
      staged('e1', '2026-03-01T10:00:00Z'),
      staged('e2', '2026-03-01T11:00:00Z', { event_type: 'ad_click', user_id: 'ann' }),
      staged('e3', '2026-03-01T11:00:00Z', { event_type: 'ad_impression', anonymous_id: 'd2' }),
      staged('e4', '2026-03-01T11:00:00Z', { event_type: 'ad_spend', anonymous_id: null, session_id: null }),
    );

    expect(devices).toEqual([{ anonymous_id: 'd1', customer_id: 'a:d1' }]);
  });
});

async function customersOf(given: Record<string, readonly GivenRow[]>) {
  const built = await buildModels({ lake_state: [lakeState()], ...given }, ['dim_customer']);
  return built.dim_customer;
}

describe('a customer', () => {
  test('takes the latest country, and the earliest channel and campaign, over all devices', async () => {
    const rows = await customersOf({
      stg_events: [
        staged('e1', '2026-03-01T10:00:00Z', { user_id: 'ann' }),
        staged('e2', '2026-03-01T11:00:00Z', { channel: 'email', country: 'US' }),
        staged('e3', '2026-03-01T12:00:00Z', {
          anonymous_id: 'd2',
          user_id: 'ann',
          channel: 'direct',
          campaign_id: 'spring',
          country: 'DE',
        }),
        staged('e4', '2026-03-01T13:00:00Z', { event_type: 'ad_click', channel: 'display', country: 'FR' }),
      ],
    });

    expect(rows).toEqual([
      {
        customer_id: 'u:ann',
        first_seen_at: timestamp('2026-03-01T10:00:00Z'),
        first_order_at: null,
        sign_up_at: null,
        country: 'DE',
        first_channel: 'email',
        first_campaign_id: 'spring',
        devices: 2,
        email_hash: null,
        is_synthetic: false,
        updated_at: timestamp('2026-03-01T12:00:00Z'),
      },
    ]);
  });

  test('with an own user_id on another device stays apart from the device that follows somebody else', async () => {
    const rows = await customersOf({
      stg_events: [
        staged('e1', '2026-03-01T10:00:00Z', { user_id: 'ann' }),
        staged('e2', '2026-03-01T11:00:00Z'),
        staged('e3', '2026-03-01T12:00:00Z', { user_id: 'bob' }),
      ],
    });

    expect(pick(rows, 'customer_id', 'first_seen_at')).toEqual([
      { customer_id: 'u:ann', first_seen_at: timestamp('2026-03-01T10:00:00Z') },
      { customer_id: 'u:bob', first_seen_at: timestamp('2026-03-01T11:00:00Z') },
    ]);
  });

  test('signs up with the earliest sign_up event, not with a later one', async () => {
    const rows = await customersOf({
      stg_events: [
        staged('e1', '2026-03-02T10:00:00Z', { event_type: 'sign_up' }),
        staged('e2', '2026-03-01T11:00:00Z', { event_type: 'sign_up' }),
      ],
    });

    expect(column(rows, 'sign_up_at')).toEqual([timestamp('2026-03-01T11:00:00Z')]);
  });

  test('knows its first order', async () => {
    const rows = await customersOf({
      stg_events: [
        staged('e1', '2026-03-01T10:00:00Z'),
        purchase('e2', '2026-03-02T10:00:00Z', 'o2'),
        purchase('e3', '2026-03-03T10:00:00Z', 'o1'),
      ],
      stg_order_lines: [line('o1', '2026-03-03T10:00:00Z'), line('o2', '2026-03-02T10:00:00Z')],
    });

    expect(pick(rows, 'first_seen_at', 'first_order_at')).toEqual([
      {
        first_seen_at: timestamp('2026-03-01T10:00:00Z'),
        first_order_at: timestamp('2026-03-02T10:00:00Z'),
      },
    ]);
  });

  test('may be a user of the store API who did nothing, on made-up data, also one who vanished', async () => {
    const user = { id: '7', country: 'BR', created_at: '2019-12-01T00:00:00Z', email_hash: 'old' };

    const rows = await customersOf({
      stg_users: [
        { ...user, valid_from: '2026-01-01T00:00:00Z', is_active: true },
        { ...user, valid_from: '2026-01-02T00:00:00Z', email_hash: 'new', is_active: false },
      ],
    });

    expect(
      pick(rows, 'customer_id', 'first_seen_at', 'sign_up_at', 'country', 'email_hash', 'is_synthetic'),
    ).toEqual([
      {
        customer_id: 'u:fakestore-7',
        first_seen_at: null,
        sign_up_at: timestamp('2019-12-01T00:00:00Z'),
        country: 'BR',
        email_hash: 'new',
        is_synthetic: true,
      },
    ]);
    expect(pick(rows, 'devices', 'updated_at')).toEqual([
      { devices: 0, updated_at: timestamp('2026-01-02T00:00:00Z') },
    ]);
  });

  test('of a cart alone was first seen with it', async () => {
    const rows = await customersOf({
      stg_carts: [
        {
          id: '1',
          user_id: '7',
          valid_from: '2026-01-01T00:00:00Z',
          cart_at: '2020-03-02T00:00:00Z',
          items: '[]',
          is_active: true,
        },
      ],
    });

    expect(pick(rows, 'customer_id', 'first_seen_at', 'first_order_at', 'is_synthetic')).toEqual([
      {
        customer_id: 'u:fakestore-7',
        first_seen_at: timestamp('2020-03-02T00:00:00Z'),
        first_order_at: timestamp('2020-03-02T00:00:00Z'),
        is_synthetic: false,
      },
    ]);
  });

  test('who bought before the first event was first seen with the order', async () => {
    const rows = await customersOf({
      stg_events: [staged('e1', '2026-03-01T10:00:00Z', { user_id: 'fakestore-7' })],
      stg_carts: [
        {
          id: '1',
          user_id: '7',
          valid_from: '2026-03-02T00:00:00Z',
          cart_at: '2020-03-02T00:00:00Z',
          items: '[]',
          is_active: true,
        },
      ],
    });

    expect(pick(rows, 'customer_id', 'first_seen_at')).toEqual([
      { customer_id: 'u:fakestore-7', first_seen_at: timestamp('2020-03-02T00:00:00Z') },
    ]);
  });
});
