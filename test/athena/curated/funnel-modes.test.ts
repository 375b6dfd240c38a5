import { describe, expect, test } from 'vitest';
import { type Funnel, funnelStepRows } from '../../../lambdas/domain/funnels.ts';
import { buildModels, column, pick } from '../build-models.ts';
import { type GivenRow, modelOf } from '../harness.ts';
import { lakeState, staged, timestamp } from '../rows.ts';
import { at, buy, cart, checkout, entriesOf, view } from '../walks.ts';

/** A funnel of view > cart > checkout, as it is declared. */
function declared(change: Partial<Funnel>): readonly GivenRow[] {
  const funnel: Funnel = {
    name: 'f',
    mode: 'ordered',
    customerWindowDays: 7,
    steps: ['view_item', 'add_to_cart', 'begin_checkout'],
    ...change,
  };
  const { columns } = modelOf('funnel_steps');
  return funnelStepRows([funnel]).map((cells) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])),
  );
}

function page(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'page_view', ...row });
}

function dropOut(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'remove_from_cart', ...row });
}

describe('a strict funnel', () => {
  const steps = declared({ mode: 'strict' });

  test('takes no step behind another event, also when that event is no step of any funnel', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '10:01'), page('e3', '10:02'), checkout('e4', '10:03')],
      steps,
    });

    expect(pick(rows, 'depth', 'step_2_at', 'step_3_at', 'completed_at')).toEqual([
      { depth: 2, step_2_at: timestamp(at('10:01')), step_3_at: null, completed_at: null },
    ]);
  });

  test('takes the step that repeats for another event too', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '10:01'), cart('e3', '10:02'), checkout('e4', '10:03')],
      steps,
    });

    expect(column(rows, 'depth')).toEqual([2]);
  });

  test('does not see advertisements', async () => {
    const rows = await entriesOf({
      events: [
        view('e1', '10:00'),
        staged('e2', at('10:01'), { event_type: 'ad_impression' }),
        cart('e3', '10:02'),
      ],
      steps,
    });

    expect(column(rows, 'depth')).toEqual([2]);
  });

  test('puts steps before other events of their time, in the order of the steps', async () => {
    const same = await entriesOf({
      events: [page('e1', '10:00'), cart('e2', '10:00'), view('e3', '10:00')],
      steps,
    });
    const later = await entriesOf({
      events: [page('e1', '10:00'), cart('e2', '10:01'), view('e3', '10:00')],
      steps,
    });

    expect([column(same, 'depth'), column(later, 'depth')]).toEqual([[2], [1]]);
  });

  test('of a customer is broken by another device, of a session it is not', async () => {
    const events = [
      view('e1', '10:00', { user_id: 'ann' }),
      page('e2', '10:01', { user_id: 'ann', anonymous_id: 'd2', session_id: 's2' }),
      cart('e3', '10:02', { user_id: 'ann' }),
    ];

    expect(column(await entriesOf({ events, steps }), 'depth')).toEqual([1]);
    expect(column(await entriesOf({ events, steps, unitKind: 'session' }), 'depth')).toEqual([2]);
  });

  test('begins anew at a later entry of the day', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), page('e2', '10:01'), view('e3', '10:02'), cart('e4', '10:03')],
      steps,
    });

    expect(pick(rows, 'entry_time', 'depth')).toEqual([{ entry_time: timestamp(at('10:02')), depth: 2 }]);
  });
});

describe('a funnel of any order', () => {
  const steps = declared({ mode: 'any' });

  test('enters with the earliest step and numbers the others as they come', async () => {
    const rows = await entriesOf({
      events: [checkout('e1', '10:00'), page('e2', '10:01'), view('e3', '10:02'), cart('e4', '10:03')],
      steps,
    });

    expect(pick(rows, 'entry_time', 'depth', 'step_2_at', 'step_3_at', 'completed_at')).toEqual([
      {
        entry_time: timestamp(at('10:00')),
        depth: 3,
        step_2_at: timestamp(at('10:02')),
        step_3_at: timestamp(at('10:03')),
        completed_at: timestamp(at('10:03')),
      },
    ]);
  });

  test('has its window from the first step on, inclusive', async () => {
    const inside = await entriesOf({ events: [cart('e1', '10:00'), view('e2', '8T10:00:00')], steps });
    const outside = await entriesOf({
      events: [cart('e1', '10:00'), view('e2', '8T10:00:00.000001')],
      steps,
    });

    expect(column(inside, 'depth')).toEqual([2, 1]);
    expect(column(outside, 'depth')).toEqual([1, 1]);
  });

  test('has an entry on each date with a step, the later one with what was still ahead', async () => {
    const rows = await entriesOf({
      events: [view('e1', '10:00'), cart('e2', '2T10:00'), checkout('e3', '3T10:00')],
      steps,
    });

    expect(pick(rows, 'entry_date', 'depth')).toEqual([
      { entry_date: '2026-03-01', depth: 3 },
      { entry_date: '2026-03-02', depth: 2 },
      { entry_date: '2026-03-03', depth: 1 },
    ]);
  });

  test('needs two events for a type that stands in two steps', async () => {
    const twice = declared({ mode: 'any', steps: ['view_item', 'add_to_cart', 'view_item'] });

    const one = await entriesOf({ events: [cart('e1', '10:00'), view('e2', '10:01')], steps: twice });
    const two = await entriesOf({
      events: [view('e1', '10:00'), view('e2', '10:01'), view('e3', '10:02'), cart('e4', '10:03')],
      steps: twice,
    });

    expect(column(one, 'depth')).toEqual([2]);
    expect(pick(two, 'entry_time', 'depth')).toEqual([{ entry_time: timestamp(at('10:01')), depth: 3 }]);
  });
});

describe('an exclusion', () => {
  const steps = declared({
    exclusions: [{ eventType: 'remove_from_cart', afterStep: 2, beforeStep: 3 }],
  });
  const begun = [view('e1', '10:00'), cart('e2', '10:01')];

  test('takes whoever does it between its steps out of the day, before or without the later step', async () => {
    const before = await entriesOf({
      events: [...begun, dropOut('e3', '10:02'), checkout('e4', '10:03')],
      steps,
    });
    const without = await entriesOf({ events: [...begun, dropOut('e3', '10:02')], steps });

    expect([before, without]).toEqual([[], []]);
  });

  test('takes nobody out before its first step, from its last step on, or after the window', async () => {
    const events = [
      [view('e1', '10:00'), dropOut('e2', '10:00:30'), cart('e3', '10:01')],
      [...begun, checkout('e3', '10:02'), dropOut('e4', '10:02')],
      [...begun, dropOut('e3', '8T10:00:00.000001')],
    ];

    const depths: unknown[] = [];
    for (const history of events) depths.push(column(await entriesOf({ events: history, steps }), 'depth'));

    expect(depths).toEqual([[2], [3], [2]]);
  });

  test('counts at the time of its first step, and at the last moment of the window', async () => {
    expect(await entriesOf({ events: [...begun, dropOut('e0', '10:01')], steps })).toEqual([]);
    expect(await entriesOf({ events: [...begun, dropOut('e0', '8T10:00')], steps })).toEqual([]);
  });

  test('takes out the day, though another walk of it came further, and no other day', async () => {
    const rows = await entriesOf({
      events: [
        ...begun,
        dropOut('e3', '10:02'),
        view('e4', '11:00'),
        cart('e5', '11:01'),
        checkout('e6', '11:02'),
        view('e7', '2T10:00'),
      ],
      steps,
    });

    expect(pick(rows, 'entry_date', 'depth')).toEqual([{ entry_date: '2026-03-02', depth: 1 }]);
  });

  test('is of the unit alone: a session goes on when the customer does it in another', async () => {
    const events = [
      view('e1', '10:00', { user_id: 'ann' }),
      cart('e2', '10:01', { user_id: 'ann' }),
      dropOut('e3', '10:02', { user_id: 'ann', session_id: 's2' }),
    ];

    expect(await entriesOf({ events, steps })).toEqual([]);
    expect(column(await entriesOf({ events, steps, unitKind: 'session' }), 'depth')).toEqual([2]);
  });

  test('leaves nobody who entered or dropped off', async () => {
    const built = await buildModels(
      {
        stg_events: [
          ...begun,
          dropOut('e3', '10:02'),
          view('e4', '10:00', { anonymous_id: 'd2', session_id: 's2' }),
        ],
        funnel_steps: steps,
        lake_state: [lakeState()],
      },
      ['funnel_daily'],
    );
    const whole = built.funnel_daily.filter(
      (row) => row.unit_kind === 'customer' && row.breakdown === 'none',
    );

    expect(pick(whole, 'step', 'entered', 'reached', 'dropped_off')).toEqual([
      { step: 1, entered: 1, reached: 1, dropped_off: 1 },
      { step: 2, entered: 1, reached: 0, dropped_off: 0 },
      { step: 3, entered: 1, reached: 0, dropped_off: 0 },
    ]);
  });
});

test('funnels of all modes stand beside each other, each by its own rule', async () => {
  const rows = await entriesOf({
    events: [view('e1', '10:00'), page('e2', '10:01'), cart('e3', '10:02'), buy('e4', '10:03')],
    steps: [
      ...declared({ name: 'loose' }),
      ...declared({ name: 'tight', mode: 'strict' }),
      ...declared({ name: 'whatever', mode: 'any', steps: ['purchase', 'view_item', 'add_to_cart'] }),
    ],
  });

  expect(pick(rows, 'funnel', 'entry_time', 'depth')).toEqual([
    { funnel: 'loose', entry_time: timestamp(at('10:00')), depth: 2 },
    { funnel: 'tight', entry_time: timestamp(at('10:00')), depth: 1 },
    { funnel: 'whatever', entry_time: timestamp(at('10:00')), depth: 3 },
  ]);
});
