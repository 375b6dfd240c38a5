import { describe, expect, test } from 'vitest';
import { column, pick } from '../build-models.ts';
import { staged, timestamp } from '../rows.ts';
import { at, buy, cart, checkout, entriesOf, view } from '../walks.ts';

describe('a chain', () => {
  test('takes each step at or after the one before, whatever lies between', async () => {
    const rows = await entriesOf({
      events: [
        view('e1', '10:00'),
        checkout('e2', '10:01'),
        cart('e3', '10:02'),
        buy('e4', '10:03'),
        checkout('e5', '10:04'),
        buy('e6', '10:05', { event_type: 'purchase' }),
      ],
    });

    expect(pick(rows, 'depth', 'step_2_at', 'step_3_at', 'step_4_at', 'step_5_at', 'completed_at')).toEqual([
      {
        depth: 4,
        step_2_at: timestamp(at('10:02')),
        step_3_at: timestamp(at('10:04')),
        step_4_at: timestamp(at('10:05')),
        step_5_at: null,
        completed_at: timestamp(at('10:05')),
      },
    ]);
  });

  test('takes all steps at one time, whatever their event_ids: a tie goes forward', async () => {
    const rows = await entriesOf({
      events: [view('e4', '10:00'), cart('e3', '10:00'), checkout('e2', '10:00'), buy('e1', '10:00')],
    });

    expect(pick(rows, 'depth', 'completed_at')).toEqual([{ depth: 4, completed_at: timestamp(at('10:00')) }]);
  });

  test('does not take a step from before its entry', async () => {
    const rows = await entriesOf({ events: [cart('e1', '09:59'), view('e2', '10:00')] });

    expect(pick(rows, 'depth', 'completed_at')).toEqual([{ depth: 1, completed_at: null }]);
  });

  test('of a customer ends exactly seven days after its entry, inclusive', async () => {
    const inside = await entriesOf({ events: [view('e1', '10:00'), cart('e2', '8T10:00:00')] });
    const outside = await entriesOf({ events: [view('e1', '10:00'), cart('e2', '8T10:00:00.000001')] });

    expect([column(inside, 'depth'), column(outside, 'depth')]).toEqual([[2], [1]]);
  });

  test('counts its window from the entry, not from the step before', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '7T10:00'), checkout('e3', '9T10:00')],
    });

    expect(column(rows, 'depth')).toEqual([2]);
  });

  test('of a customer spans visits and devices; of a session it does not', async () => {
    const events = [
      view('e1', '10:00', { user_id: 'ann' }),
      cart('e2', '2T10:00', { user_id: 'ann', anonymous_id: 'd2', session_id: 's2' }),
    ];

    expect(pick(await entriesOf({ events }), 'unit_id', 'depth')).toEqual([{ unit_id: 'u:ann', depth: 2 }]);
    expect(pick(await entriesOf({ events, unitKind: 'session' }), 'unit_id', 'depth')).toEqual([
      { unit_id: 'd1/s1', depth: 1 },
    ]);
  });

  test('of a session has no bound of time', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '20T10:00')],
      unitKind: 'session',
    });

    expect(column(rows, 'depth')).toEqual([2]);
  });

  test('follows an anonymous past to the customer who signs in later', async () => {
    const rows = await entriesOf({ events: [view('e1', '10:00'), cart('e2', '10:01', { user_id: 'ann' })] });

    expect(pick(rows, 'unit_id', 'depth')).toEqual([{ unit_id: 'u:ann', depth: 2 }]);
  });

  test('takes a repeated purchase as a step', async () => {
    const rows = await entriesOf({
      events: [
        buy('e0', '09:00'),
        view('e1', '10:00'),
        cart('e2', '10:01'),
        checkout('e3', '10:02'),
        buy('e4', '10:03'),
      ],
    });

    expect(column(rows, 'depth')).toEqual([4]);
  });
});

describe('the entry that is credited on a date', () => {
  // An entry shows of which of two events at one time it is by the channel of the event's visit.
  const emailed = { session_id: 's2', channel: 'email' };
  const searched = { session_id: 's3', channel: 'paid_search' };

  test('is the deepest one, though a later one is nearer', async () => {
    const rows = await entriesOf({
      events: [
        view('e1', '10:00'),
        cart('e2', '10:01'),
        checkout('e3', '10:02'),
        view('e4', '11:00'),
        cart('e5', '11:01'),
      ],
    });

    expect(pick(rows, 'entry_time', 'depth')).toEqual([{ entry_time: timestamp(at('10:00')), depth: 3 }]);
  });

  test('is of equally deep ones that which got there first', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '10:01'), view('e3', '11:00'), cart('e4', '11:01')],
    });

    expect(pick(rows, 'entry_time', 'step_2_at')).toEqual([
      { entry_time: timestamp(at('10:00')), step_2_at: timestamp(at('10:01')) },
    ]);
  });

  test('is of those that got there with the same event the latest by (event_time, event_id)', async () => {
    const rows = await entriesOf({
      events: [
        view('e1', '10:00', emailed),
        view('e2', '10:30', emailed),
        view('e3', '10:30', searched),
        cart('e4', '10:31'),
      ],
    });

    expect(pick(rows, 'entry_time', 'channel')).toEqual([
      { entry_time: timestamp(at('10:30')), channel: searched.channel },
    ]);
  });

  test('is without any step the earliest, and of equal times the greater event_id', async () => {
    const rows = await entriesOf({
      events: [view('e2', '10:00', searched), view('e1', '10:00', emailed), view('e3', '11:00', emailed)],
    });

    expect(pick(rows, 'entry_time', 'channel')).toEqual([
      { entry_time: timestamp(at('10:00')), channel: searched.channel },
    ]);
  });

  test('is one of each date on which the unit entered; a later date can have the same purchase', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), view('e2', '2T10:00'), cart('e3', '2T10:01')],
    });

    expect(pick(rows, 'entry_date', 'depth')).toEqual([
      { entry_date: '2026-03-01', depth: 2 },
      { entry_date: '2026-03-02', depth: 2 },
    ]);
  });
});

describe('what an entry carries', () => {
  test('is the first channel, device and country of its visit up to the entry', async () => {
    const rows = await entriesOf({
      events: [
        staged('e1', at('09:00'), { channel: 'email' }),
        view('e2', '10:00', { device: 'mobile', channel: 'direct' }),
        staged('e3', at('10:00'), { country: 'US' }),
        cart('e4', '10:01', { country: 'DE' }),
      ],
    });

    expect(pick(rows, 'channel', 'device', 'country')).toEqual([
      { channel: 'email', device: 'mobile', country: 'unknown' },
    ]);
  });

  test('may be known from an event at the time of the entry, when its event_id is smaller', async () => {
    const known = { channel: 'email', device: 'mobile', country: 'US' };

    const before = await entriesOf({ events: [staged('e1', at('10:00'), known), view('e2', '10:00')] });
    const after = await entriesOf({ events: [staged('e3', at('10:00'), known), view('e2', '10:00')] });

    expect(pick(before, 'channel', 'device', 'country')).toEqual([known]);
    expect(pick(after, 'channel', 'device', 'country')).toEqual([
      { channel: 'unknown', device: 'unknown', country: 'unknown' },
    ]);
  });

  test('says whether its customer was first seen that day, for sessions too', async () => {
    const events = [
      staged('e0', at('09:00')),
      view('e1', '10:00'),
      view('e2', '2T10:00', { session_id: 's2' }),
    ];

    expect(pick(await entriesOf({ events }), 'entry_date', 'is_new_customer')).toEqual([
      { entry_date: '2026-03-01', is_new_customer: true },
      { entry_date: '2026-03-02', is_new_customer: false },
    ]);
    expect(pick(await entriesOf({ events, unitKind: 'session' }), 'unit_id', 'is_new_customer')).toEqual([
      { unit_id: 'd1/s1', is_new_customer: true },
      { unit_id: 'd1/s2', is_new_customer: false },
    ]);
  });

  test('is final a day and the window after its date; a session a day and a day', async () => {
    const events = [view('e1', '10:00')];
    const finality = async (unitKind: string, watermark: string) =>
      column(await entriesOf({ events, unitKind, watermark }), 'is_final');

    expect(await finality('customer', '2026-03-08T23:59:59.999Z')).toEqual([false]);
    expect(await finality('customer', '2026-03-09T00:00:00Z')).toEqual([true]);
    expect(await finality('session', '2026-03-02T23:59:59.999Z')).toEqual([false]);
    expect(await finality('session', '2026-03-03T00:00:00Z')).toEqual([true]);
  });

  test('was updated with the latest arrival of its chain, not of other events', async () => {
    const rows = await entriesOf({
      events: [
        view('e1', '10:00', { arrival_time: at('10:30') }),
        cart('e2', '10:01', { arrival_time: at('10:20') }),
        staged('e3', at('10:02'), { arrival_time: at('12:00') }),
      ],
    });

    expect(column(rows, 'updated_at')).toEqual([timestamp(at('10:30'))]);
  });
});
