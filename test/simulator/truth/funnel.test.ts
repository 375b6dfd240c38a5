import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';
import { cells, settleUntil, tell, tellPurchase, truthOf } from './history.ts';

const STEPS = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'] as const;

function entries(records: readonly SimulatedRecord[], unitKind: 'customer' | 'session' = 'customer') {
  return truthOf(records).tables.funnel_entries.filter(
    (row) => row.funnel === 'shop' && row.unit_kind === unitKind,
  );
}

describe('funnel entries of the truth', () => {
  it('credit a chain through all steps with its times', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T10:00:00Z'),
      tell('add_to_cart', '2026-01-05T10:01:00Z'),
      tell('begin_checkout', '2026-01-05T10:02:00Z'),
      tellPurchase('2026-01-05T10:03:00Z', 'o1', 10_000),
    ]);

    expect(cells(rows, 'unit_id', 'entry_date', 'depth', 'step_2_at', 'completed_at', 'step_5_at')).toEqual([
      ['a:d1', '2026-01-05', 4, '2026-01-05 10:01:00.000000', '2026-01-05 10:03:00.000000', null],
    ]);
  });

  it('count equal times forward, whatever the event ids', () => {
    const at = '2026-01-05T10:00:00Z';

    const rows = entries([
      tell('view_item', at, { id: 4 }),
      tell('add_to_cart', at, { id: 3 }),
      tell('begin_checkout', at, { id: 2 }),
      tellPurchase(at, 'o1', 10_000, { id: 1 }),
    ]);

    expect(cells(rows, 'depth', 'completed_at')).toEqual([[4, '2026-01-05 10:00:00.000000']]);
  });

  it('stop where the next step comes before the last', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T10:00:00Z'),
      tell('begin_checkout', '2026-01-05T10:01:00Z'),
      tell('add_to_cart', '2026-01-05T10:02:00Z'),
    ]);

    expect(cells(rows, 'depth')).toEqual([[2]]);
  });

  it('take a step at the exact end of the seven days, and none a microsecond later', () => {
    const view = tell('view_item', '2026-01-05T10:00:00Z');
    const endUs = Date.parse('2026-01-12T10:00:00Z') * 1000;

    const atEnd = entries([view, tell('add_to_cart', '2026-01-12T10:00:00Z', { eventTimeUs: endUs })]);
    const beyond = entries([view, tell('add_to_cart', '2026-01-12T10:00:00Z', { eventTimeUs: endUs + 1 })]);

    expect(cells(atEnd, 'depth')).toEqual([[2]]);
    expect(cells(beyond, 'depth')).toEqual([[1]]);
  });

  it('measure the window from the entry, not from step to step', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T10:00:00Z'),
      tell('add_to_cart', '2026-01-10T10:00:00Z'),
      tell('begin_checkout', '2026-01-15T10:00:00Z'),
    ]);

    expect(cells(rows, 'depth')).toEqual([[2]]);
  });

  it('anchor anew at a later entry when only that one is within the window', () => {
    const rows = entries([
      tell('view_item', '2026-01-01T10:00:00Z'),
      tell('view_item', '2026-01-04T10:00:00Z'),
      tell('add_to_cart', '2026-01-09T10:00:00Z'),
    ]);

    expect(cells(rows, 'entry_date', 'depth')).toEqual([
      ['2026-01-01', 1],
      ['2026-01-04', 2],
    ]);
  });

  it('credit the latest of the entries of a date that convert at the same time', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T09:00:00Z'),
      tell('view_item', '2026-01-05T10:00:00Z'),
      tell('add_to_cart', '2026-01-05T11:00:00Z'),
      tell('view_item', '2026-01-05T12:00:00Z'),
    ]);

    expect(cells(rows, 'entry_time', 'depth')).toEqual([['2026-01-05 10:00:00.000000', 2]]);
  });

  it('credit the earliest entry of a date when nothing follows', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T09:00:00Z', { id: 2 }),
      tell('view_item', '2026-01-05T09:00:00Z', { id: 3, sessionId: 's2', channel: 'email' }),
      tell('view_item', '2026-01-05T10:00:00Z', { id: 4 }),
    ]);

    expect(cells(rows, 'entry_time', 'depth', 'channel')).toEqual([
      ['2026-01-05 09:00:00.000000', 1, 'email'],
    ]);
  });

  it('give a session over midnight a row on each date with an entry, and no window', () => {
    const rows = entries(
      [
        tell('view_item', '2026-01-05T23:59:00Z'),
        tell('view_item', '2026-01-06T00:01:00Z'),
        tell('add_to_cart', '2026-01-20T00:00:00Z'),
      ],
      'session',
    );

    expect(cells(rows, 'unit_id', 'entry_date', 'depth')).toEqual([
      ['d1/s1', '2026-01-05', 2],
      ['d1/s1', '2026-01-06', 2],
    ]);
  });

  it('join the devices of one person, and read the channel up to the entry only', () => {
    const rows = entries([
      tell('view_item', '2026-01-05T10:00:00Z'),
      tell('page_view', '2026-01-05T10:05:00Z', { channel: 'social', userId: 'ann' }),
      tell('add_to_cart', '2026-01-05T12:00:00Z', { anonymousId: 'd2', userId: 'ann' }),
    ]);

    expect(cells(rows, 'unit_id', 'depth', 'channel')).toEqual([['u:ann', 2, 'unknown']]);
  });

  it('are final once the window of their day is behind the watermark', () => {
    const view = tell('view_item', '2026-01-05T10:00:00Z');
    const finalAt = (watermark: string, unitKind: 'customer' | 'session') =>
      cells(entries([view, settleUntil(watermark)], unitKind), 'is_final');

    expect(finalAt('2026-01-13T00:00:00Z', 'customer')).toEqual([[true]]);
    expect(finalAt('2026-01-12T23:59:59.999Z', 'customer')).toEqual([[false]]);
    expect(finalAt('2026-01-07T00:00:00Z', 'session')).toEqual([[true]]);
    expect(finalAt('2026-01-06T23:59:59.999Z', 'session')).toEqual([[false]]);
  });

  it('lead from a search to a purchase too, with no checkout between', () => {
    const rows = truthOf([
      tell('view_item', '2026-01-05T09:59:00Z'),
      tell('search', '2026-01-05T10:00:00Z'),
      tell('view_item', '2026-01-05T10:01:00Z'),
      tell('add_to_cart', '2026-01-05T10:02:00Z'),
      tellPurchase('2026-01-05T10:03:00Z', 'o1', 10_000),
    ]).tables.funnel_entries.filter((row) => row.unit_kind === 'customer');

    expect(cells(rows, 'funnel', 'depth', 'step_2_at', 'completed_at')).toEqual([
      ['search_to_purchase', 4, '2026-01-05 10:01:00.000000', '2026-01-05 10:03:00.000000'],
      ['shop', 2, '2026-01-05 10:02:00.000000', null],
    ]);
  });

  it('never differ from an exhaustive search over all chains', () => {
    const moment = fc.record({
      step: fc.integer({ min: 0, max: 3 }),
      hour: fc.integer({ min: 0, max: 240 }),
    });

    fc.assert(
      fc.property(fc.array(moment, { maxLength: 9 }), (moments) => {
        const records = moments.map(({ step, hour }, index) => {
          const at = new Date(Date.parse('2026-01-05T00:00:00Z') + hour * 3_600_000).toISOString();
          const type = STEPS[step] ?? 'view_item';
          return tell(type, at, { id: index, orderId: `o${index}`, currency: 'USD' });
        });
        const expected = bestChains(moments);

        const rows = entries(records).map((row) => [row.entry_date, row.depth]);

        expect(rows).toEqual(expected);
      }),
    );
  });
});

/** Per date of an entry, the deepest of all chains that anyone could pick (not only the greedy ones). */
function bestChains(moments: readonly { readonly step: number; readonly hour: number }[]) {
  const best = new Map<string, number>();
  const deepest = (step: number, hour: number, lastHour: number): number => {
    const next = moments.filter(
      (other) => other.step === step && other.hour >= hour && other.hour <= lastHour,
    );
    return next.length === 0
      ? 0
      : 1 + Math.max(...next.map((other) => deepest(step + 1, other.hour, lastHour)));
  };
  for (const { step, hour } of moments) {
    if (step !== 0) continue;
    const date = `2026-01-${String(5 + Math.floor(hour / 24)).padStart(2, '0')}`;
    best.set(date, Math.max(best.get(date) ?? 0, 1 + deepest(1, hour, hour + 168)));
  }
  return [...best].sort(([left], [right]) => (left < right ? -1 : 1));
}

describe('daily funnel of the truth', () => {
  it('counts entered, reached and dropped off, and takes the lower median', () => {
    const minutes = [1, 5, 9, 20];
    const records = minutes.flatMap((minute, index) => [
      tell('view_item', '2026-01-05T10:00:00Z', { anonymousId: `d${index}` }),
      tell('add_to_cart', `2026-01-05T10:${String(minute).padStart(2, '0')}:00Z`, {
        anonymousId: `d${index}`,
      }),
    ]);

    const rows = truthOf([...records, tell('view_item', '2026-01-05T11:00:00Z', { anonymousId: 'd9' })])
      .tables.funnel_daily;

    const all = rows.filter((row) => row.unit_kind === 'customer' && row.breakdown === 'none');
    expect(
      cells(all, 'step', 'step_name', 'entered', 'reached', 'dropped_off', 'median_time_from_entry_s'),
    ).toEqual([
      [1, 'view_item', 5, 5, 1, 0],
      [2, 'add_to_cart', 5, 4, 4, 300],
      [3, 'begin_checkout', 5, 0, 0, null],
      [4, 'purchase', 5, 0, 0, null],
    ]);
  });

  it('breaks down by channel, device, country and newness', () => {
    const rows = truthOf([
      tell('page_view', '2026-01-04T10:00:00Z', { sessionId: 's0' }),
      tell('view_item', '2026-01-05T10:00:00Z', { channel: 'email', device: 'tablet', country: 'FR' }),
    ]).tables.funnel_daily.filter((row) => row.unit_kind === 'customer' && row.step === 1);

    expect(cells(rows, 'breakdown', 'breakdown_value')).toEqual([
      ['channel', 'email'],
      ['country', 'FR'],
      ['device', 'tablet'],
      ['is_new_customer', 'false'],
      ['none', 'all'],
    ]);
  });
});
