import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, staged } from '../rows.ts';

async function sessionsOf(events: readonly GivenRow[], lines: readonly GivenRow[] = []) {
  const built = await buildModels({ stg_events: events, stg_order_lines: lines, lake_state: [lakeState()] }, [
    'fct_sessions',
  ]);
  return built.fct_sessions;
}

describe('a visit', () => {
  test('over midnight stays whole and belongs to the date of its first event', async () => {
    const rows = await sessionsOf([
      staged('e1', '2026-03-01T23:59:59.5Z'),
      staged('e2', '2026-03-02T00:00:01.500001Z', { event_type: 'search' }),
    ]);

    expect(pick(rows, 'session_date', 'events', 'page_views', 'duration_s')).toEqual([
      { session_date: '2026-03-01', events: 2, page_views: 1, duration_s: 2.000001 },
    ]);
  });

  test('of the same id on two devices is two visits', async () => {
    const rows = await sessionsOf([
      staged('e1', '2026-03-01T10:00:00Z'),
      staged('e2', '2026-03-01T10:00:00Z', { anonymous_id: 'd2' }),
    ]);

    expect(column(rows, 'anonymous_id')).toEqual(['d1', 'd2']);
  });

  test('takes its first known channel, campaign, device, country and page, at equal times by event_id', async () => {
    const rows = await sessionsOf([
      staged('e3', '2026-03-01T10:00:01Z', { channel: 'social', device: 'mobile', page_path: '/c' }),
      staged('e2', '2026-03-01T10:00:00Z', { channel: 'direct', country: 'DE', page_path: '/b' }),
      staged('e1', '2026-03-01T10:00:00Z', { channel: 'email', campaign_id: 'spring' }),
      staged('e0', '2026-03-01T09:00:00Z', { event_type: 'ad_click', channel: 'display', campaign_id: 'ad' }),
    ]);

    expect(pick(rows, 'channel', 'campaign_id', 'device', 'country', 'landing_page', 'events')).toEqual([
      {
        channel: 'email',
        campaign_id: 'spring',
        device: 'mobile',
        country: 'DE',
        landing_page: '/b',
        events: 3,
      },
    ]);
  });

  test('says unknown where nothing is known, and null for campaign and page', async () => {
    const rows = await sessionsOf([staged('e1', '2026-03-01T10:00:00Z')]);

    expect(pick(rows, 'channel', 'campaign_id', 'device', 'country', 'landing_page')).toEqual([
      { channel: 'unknown', campaign_id: null, device: 'unknown', country: 'unknown', landing_page: null },
    ]);
  });

  test('belongs to the last user_id in it, else to the customer of its device', async () => {
    const rows = await sessionsOf([
      staged('e1', '2026-03-01T10:00:00Z', { user_id: 'ann' }),
      staged('e2', '2026-03-01T10:00:01Z', { user_id: 'bob' }),
      staged('e3', '2026-03-01T10:00:02Z'),
      staged('e4', '2026-03-02T10:00:00Z', { session_id: 's2' }),
      staged('e5', '2026-03-03T10:00:00Z', { session_id: 's3', user_id: 'cid' }),
    ]);

    expect(column(rows, 'customer_id')).toEqual(['u:bob', 'u:cid', 'u:cid']);
  });
});

describe('a bounce', () => {
  const PAGE = staged('e1', '2026-03-01T10:00:00Z');
  const later = (type: string) => staged('e2', '2026-03-01T10:00:10Z', { event_type: type });

  for (const type of ['search', 'view_item', 'refund']) {
    test(`is one page view and a ${type}`, async () => {
      expect(column(await sessionsOf([PAGE, later(type)]), 'is_bounce')).toEqual([true]);
    });
  }
  for (const type of [
    'page_view',
    'add_to_cart',
    'remove_from_cart',
    'begin_checkout',
    'purchase',
    'sign_up',
  ]) {
    test(`is not one page view and a ${type}`, async () => {
      expect(column(await sessionsOf([PAGE, later(type)]), 'is_bounce')).toEqual([false]);
    });
  }

  test('is a visit without any page view', async () => {
    expect(column(await sessionsOf([later('view_item')]), 'is_bounce')).toEqual([true]);
  });
});

describe('revenue of a visit', () => {
  const AT = '2026-03-01T10:00:00Z';

  test('is the gross of the orders placed in it', async () => {
    const rows = await sessionsOf(
      [
        purchase('e1', AT, 'o1', { discount: '3' }),
        purchase('e2', AT, 'o2'),
        purchase('e3', AT, 'o3', { session_id: 's2' }),
      ],
      ['o1', 'o2', 'o3'].map((id) => line(id, AT)),
    );

    expect(pick(rows, 'session_id', 'revenue', 'has_purchase')).toEqual([
      { session_id: 's1', revenue: '40.0000', has_purchase: true },
      { session_id: 's2', revenue: '20.0000', has_purchase: true },
    ]);
  });

  test('is nothing for a repeated purchase, which counts as an event all the same', async () => {
    const rows = await sessionsOf(
      [purchase('e1', AT, 'o1'), purchase('e2', '2026-03-02T10:00:00Z', 'o1', { session_id: 's2' })],
      [line('o1', AT)],
    );

    expect(pick(rows, 'session_id', 'revenue', 'has_purchase')).toEqual([
      { session_id: 's1', revenue: '20.0000', has_purchase: true },
      { session_id: 's2', revenue: '0.0000', has_purchase: true },
    ]);
  });
});
