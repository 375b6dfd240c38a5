import { describe, expect, test } from 'vitest';
import { column, pick } from '../build-models.ts';
import { funnelSteps, staged, timestamp } from '../rows.ts';
import { at, buy, cart, checkout, entriesOf, SHOP, view } from '../walks.ts';

describe('a funnel', () => {
  test('of an advertisement has no entries', async () => {
    const rows = await entriesOf({
      events: [staged('e1', at('10:00'), { event_type: 'ad_click' })],
      steps: funnelSteps('ads', ['ad_click', 'view_item']),
    });

    expect(rows).toEqual([]);
  });

  test('has up to five steps and its own window', async () => {
    const rows = await entriesOf({
      events: [
        staged('e0', at('09:59'), { event_type: 'search' }),
        view('e1', '10:00'),
        cart('e2', '10:01'),
        checkout('e3', '10:02'),
        buy('e4', '10:59'),
        buy('e5', '10:59:00.000001'),
      ],
      steps: [
        ...funnelSteps('long', ['search', ...SHOP], 3600),
        ...funnelSteps('short', ['search', ...SHOP], 3599),
      ],
    });

    expect(pick(rows, 'funnel', 'depth', 'step_5_at')).toEqual([
      { funnel: 'long', depth: 5, step_5_at: timestamp(at('10:59')) },
      { funnel: 'short', depth: 4, step_5_at: null },
    ]);
  });

  test('with one type in two steps needs two events', async () => {
    const steps = funnelSteps('twice', ['view_item', 'view_item']);

    const one = await entriesOf({ events: [view('e1', '10:00')], steps });
    const two = await entriesOf({
      events: [
        view('e2', '10:00', { session_id: 's2', channel: 'email' }),
        view('e1', '10:00', { session_id: 's3', channel: 'paid_search' }),
      ],
      steps,
    });

    expect(column(one, 'depth')).toEqual([1]);
    expect(pick(two, 'channel', 'depth')).toEqual([{ channel: 'email', depth: 2 }]);
  });
});
