import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { funnelSteps } from '../rows.ts';

const SHOP = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'];

/** An entry at 10:00 of 1 March that took its steps so many seconds later. */
function entry(unitId: string, secondsToSteps: readonly number[], row: GivenRow = {}): GivenRow {
  const timeOf = (step: number) => {
    const seconds = secondsToSteps[step - 2];
    return seconds === undefined ? null : new Date(Date.UTC(2026, 2, 1, 10) + seconds * 1000).toISOString();
  };
  return {
    funnel: 'shop',
    unit_kind: 'customer',
    unit_id: unitId,
    entry_date: '2026-03-01',
    entry_time: '2026-03-01T10:00:00Z',
    depth: secondsToSteps.length + 1,
    step_2_at: timeOf(2),
    step_3_at: timeOf(3),
    step_4_at: timeOf(4),
    channel: 'email',
    device: 'mobile',
    country: 'US',
    is_new_customer: true,
    is_final: true,
    updated_at: '2026-03-01T11:00:00Z',
    ...row,
  };
}

async function daily(...entries: readonly GivenRow[]) {
  const built = await buildModels({ funnel_entries: entries, funnel_steps: funnelSteps('shop', SHOP) }, [
    'funnel_daily',
  ]);
  return built.funnel_daily;
}

describe('funnel_daily', () => {
  test('counts who entered, reached and dropped off at each step, with none at the last', async () => {
    const rows = await daily(
      entry('a', []),
      entry('b', [10]),
      entry('c', [20, 30]),
      entry('d', [40, 50, 60]),
    );

    expect(
      pick(
        rows.filter((row) => row.breakdown === 'none'),
        'breakdown_value',
        'step',
        'step_name',
        'entered',
        'reached',
        'dropped_off',
        'median_time_from_entry_s',
      ),
    ).toEqual([
      {
        breakdown_value: 'all',
        step: 1,
        step_name: 'view_item',
        entered: 4,
        reached: 4,
        dropped_off: 1,
        median_time_from_entry_s: 0,
      },
      {
        breakdown_value: 'all',
        step: 2,
        step_name: 'add_to_cart',
        entered: 4,
        reached: 3,
        dropped_off: 1,
        median_time_from_entry_s: 20,
      },
      {
        breakdown_value: 'all',
        step: 3,
        step_name: 'begin_checkout',
        entered: 4,
        reached: 2,
        dropped_off: 1,
        median_time_from_entry_s: 30,
      },
      {
        breakdown_value: 'all',
        step: 4,
        step_name: 'purchase',
        entered: 4,
        reached: 1,
        dropped_off: 0,
        median_time_from_entry_s: 60,
      },
    ]);
  });

  const MEDIANS: [readonly number[], number][] = [
    [[7], 7],
    [[9, 1], 1],
    [[3, 1, 2], 2],
    [[4, 3, 2, 1], 2],
    [[5, 5, 1, 1, 3], 3],
    [[0.000001, 0.000003], 0.000001],
  ];
  for (const [times, median] of MEDIANS) {
    test(`the median of ${times.join(', ')} s is ${median} s: the lower one`, async () => {
      const rows = await daily(
        ...times.map((seconds, unit) =>
          entry(`u${unit}`, [seconds], {
            step_2_at: `2026-03-01T10:00:0${seconds.toFixed(6)}Z`,
          }),
        ),
      );

      expect(
        column(
          rows.filter((row) => row.breakdown === 'none' && row.step === 2),
          'median_time_from_entry_s',
        ),
      ).toEqual([median]);
    });
  }

  test('has every step of each group with an entry, reached or not, and no median where nobody came', async () => {
    const rows = await daily(entry('a', []));

    expect(rows.length).toBe(5 * 4);
    expect(
      pick(
        rows.filter((row) => row.breakdown === 'country'),
        'breakdown_value',
        'step',
        'reached',
        'median_time_from_entry_s',
      ),
    ).toEqual([
      { breakdown_value: 'US', step: 1, reached: 1, median_time_from_entry_s: 0 },
      { breakdown_value: 'US', step: 2, reached: 0, median_time_from_entry_s: null },
      { breakdown_value: 'US', step: 3, reached: 0, median_time_from_entry_s: null },
      { breakdown_value: 'US', step: 4, reached: 0, median_time_from_entry_s: null },
    ]);
  });

  test('breaks down by channel, device, country and whether the customer is new', async () => {
    const rows = await daily(
      entry('a', []),
      entry('b', [], { channel: 'direct', device: 'unknown', country: 'DE', is_new_customer: false }),
    );

    expect(
      pick(
        rows.filter((row) => row.step === 1),
        'breakdown',
        'breakdown_value',
        'entered',
      ),
    ).toEqual([
      { breakdown: 'channel', breakdown_value: 'direct', entered: 1 },
      { breakdown: 'channel', breakdown_value: 'email', entered: 1 },
      { breakdown: 'country', breakdown_value: 'DE', entered: 1 },
      { breakdown: 'country', breakdown_value: 'US', entered: 1 },
      { breakdown: 'device', breakdown_value: 'mobile', entered: 1 },
      { breakdown: 'device', breakdown_value: 'unknown', entered: 1 },
      { breakdown: 'is_new_customer', breakdown_value: 'false', entered: 1 },
      { breakdown: 'is_new_customer', breakdown_value: 'true', entered: 1 },
      { breakdown: 'none', breakdown_value: 'all', entered: 2 },
    ]);
  });
});
