import { describe, expect, it } from 'vitest';
import { cohortText, funnelText, money, percent } from '../../../local/cli/demo/demo-text.ts';

describe('money', () => {
  it('rounds half away from zero to cents, however large it is', () => {
    expect(['0.0050', '0.0049', '-0.0050', '-0.0049', '1234567.8950', '-1.5', '7'].map(money)).toEqual([
      '0.01',
      '0.00',
      '-0.01',
      '0.00',
      '1,234,567.90',
      '-1.50',
      '7.00',
    ]);
    expect(money('99999999999999999999.9999')).toBe('100,000,000,000,000,000,000.00');
  });
});

it('a share of nothing is no number', () => {
  expect([percent(1, 3), percent(0, 5), percent(0, 0)]).toEqual(['33.3 %', '0.0 %', '-']);
});

it('a funnel shows each step against the first and the one before', () => {
  const text = funnelText([
    { step: 1, event_type: 'view_item', reached: 200 },
    { step: 2, event_type: 'add_to_cart', reached: 50 },
    { step: 3, event_type: 'purchase', reached: 5 },
  ]);

  expect(text.split('\n').at(-1)).toBe('  purchase             5     2.5 %       10.0 %');
});

it('a cohort that is not final is marked, and what has not begun is empty', () => {
  const cell = { cohort_start: '2026-03-02', cohort_size: 10, is_final: true };

  const text = cohortText([
    { ...cell, week: 0, returned: 10 },
    { ...cell, week: 1, returned: 4, is_final: false },
    { ...cell, cohort_start: '2026-03-09', week: 0, returned: 10 },
  ]);

  expect(text).toContain('2026-03-02         10  40.0 %~');
  expect(text.split('\n').at(-1)?.trimEnd()).toBe('  2026-03-09         10');
});
