import { describe, expect, it } from 'vitest';
import { CARTS, PRODUCTS, USERS } from '../../../simulator/catalogue.ts';
import { cells, tell, tellPurchase, truthOf } from './history.ts';

const SLOT = '2026-11-16T00:00:00.000Z';
const STORE = [{ slot: SLOT, products: PRODUCTS, users: USERS, carts: CARTS }];

describe('identity in the truth', () => {
  it('gives the anonymous past of a device to who signed in last', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T10:00:00Z'),
      tell('page_view', '2026-01-05T11:00:00Z', { userId: 'ann', sessionId: 's2' }),
      tell('page_view', '2026-01-05T12:00:00Z', { userId: 'bob', sessionId: 's3' }),
      tell('ad_click', '2026-01-05T13:00:00Z', { userId: 'eve', campaignId: 'c' }),
    ]);

    expect(cells(tables.dim_device, 'anonymous_id', 'customer_id', 'last_seen_at')).toEqual([
      ['d1', 'u:bob', '2026-01-05 12:00:00.000000'],
    ]);
    expect(cells(tables.customer_days, 'customer_id', 'events', 'sessions')).toEqual([
      ['u:ann', 1, 1],
      ['u:bob', 2, 2],
    ]);
  });

  it('takes the latest country, the earliest channel and all devices of a customer', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T10:00:00Z', { userId: 'ann', country: 'FR' }),
      tell('page_view', '2026-01-05T11:00:00Z', { userId: 'ann', channel: 'email', campaignId: 'c1' }),
      tell('sign_up', '2026-01-05T12:00:00Z', {
        userId: 'ann',
        country: 'ES',
        anonymousId: 'd2',
        channel: 'social',
      }),
    ]);

    expect(
      cells(
        tables.dim_customer,
        'country',
        'first_channel',
        'first_campaign_id',
        'devices',
        'sign_up_at',
        'is_synthetic',
      ),
    ).toEqual([['ES', 'email', 'c1', 2, '2026-01-05 12:00:00.000000', false]]);
  });
});

describe('sessions of the truth', () => {
  it('over midnight belong to the date of their first event', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T23:59:59.500Z', { pagePath: '/' }),
      tell('page_view', '2026-01-06T00:00:01Z', { pagePath: '/sale' }),
    ]);

    expect(cells(tables.fct_sessions, 'session_date', 'duration_s', 'landing_page', 'is_bounce')).toEqual([
      ['2026-01-05', 1.5, '/', false],
    ]);
    expect(cells(tables.customer_days, 'activity_date', 'events', 'sessions')).toEqual([
      ['2026-01-05', 1, 1],
      ['2026-01-06', 1, 0],
    ]);
  });

  it('are apart on two devices that use the same session_id', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T10:00:00Z'),
      tell('view_item', '2026-01-05T10:00:00Z', { anonymousId: 'd2' }),
    ]);

    expect(cells(tables.fct_sessions, 'anonymous_id', 'page_views', 'has_view_item', 'is_bounce')).toEqual([
      ['d1', 1, false, true],
      ['d2', 0, true, true],
    ]);
  });
});

describe('the store API in the truth', () => {
  it('turns the seven carts into orders of 4,691.27', () => {
    const { totals, tables } = truthOf([], { store: STORE });

    expect(totals.revenue).toBe('4691.2700');
    expect(cells(tables.fct_orders, 'order_id', 'customer_id', 'order_number', 'gross')).toContainEqual([
      'fakestore-1',
      'u:fakestore-1',
      2,
      '798.0400',
    ]);
    expect(tables.fct_order_lines).toHaveLength(14);
  });

  it('knows its users as customers, with what was made up for them', () => {
    const { tables } = truthOf([], { store: STORE, hashEmail: (email) => `#${email.length}` });

    expect(
      cells(
        tables.dim_customer,
        'customer_id',
        'first_seen_at',
        'sign_up_at',
        'country',
        'devices',
        'is_synthetic',
      ).slice(0, 3),
    ).toEqual([
      ['u:fakestore-1', '2020-01-02 00:00:00.000000', '2019-11-25 00:00:00.000000', 'GB', 0, true],
      ['u:fakestore-10', null, '2019-12-21 00:00:00.000000', 'US', 0, true],
      ['u:fakestore-2', '2020-03-01 00:00:00.000000', '2019-12-17 00:00:00.000000', 'DE', 0, true],
    ]);
  });

  it('keeps a version for each change, and prices an order as of its date', () => {
    const dearer = PRODUCTS.map((product) => (product.id === 3 ? { ...product, price: 60 } : product));
    const { tables } = truthOf([tellPurchase('2026-11-17T10:00:00Z', 'o1', 1)], {
      store: [...STORE, { slot: '2026-11-17T00:00:00.000Z', products: dearer, carts: CARTS.slice(1) }],
    });

    const third = tables.dim_product.filter((row) => row.product_id === '3');
    expect(cells(third, 'valid_from', 'valid_to', 'is_current', 'price')).toEqual([
      ['1970-01-01 00:00:00.000000', '2026-11-17 00:00:00.000000', false, '55.9900'],
      ['2026-11-17 00:00:00.000000', null, true, '60.0000'],
    ]);
    expect(
      cells(
        tables.stg_carts.filter((row) => row.id === '1'),
        'valid_from',
        'is_active',
      ),
    ).toEqual([
      ['2026-11-16 00:00:00.000000', true],
      ['2026-11-17 00:00:00.000000', false],
    ]);
    expect(tables.fct_orders.map((row) => row.order_id)).not.toContain('fakestore-1');
    expect(
      cells(
        tables.fct_order_lines.filter((row) => row.order_id === 'o1'),
        'product_valid_from',
      ),
    ).toEqual([['2026-11-17 00:00:00.000000']]);
  });
});

describe('dates of the truth', () => {
  it('cover whole years, with ISO weeks over the new year', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-12-31T10:00:00Z'),
      tell('page_view', '2027-01-01T10:00:00Z'),
    ]);

    expect(tables.dim_date).toHaveLength(730);
    const newYear = tables.dim_date.filter((row) => row.date === '2027-01-01');
    expect(cells(newYear, 'quarter', 'iso_week', 'day_of_week', 'is_weekend', 'week_start')).toEqual([
      [1, 53, 5, false, '2026-12-28'],
    ]);
  });
});
