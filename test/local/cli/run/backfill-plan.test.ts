import { expect, it } from 'vitest';
import { type BackfillPlan, backfillPlanText } from '../../../../local/cli/run/backfill-plan.ts';
import { lateEventsText } from '../../../../local/cli/run/late-events.ts';

const RANGE = { from: '2026-02-01', to: '2026-02-28' };
const PLAN: BackfillPlan = {
  ...RANGE,
  late_events: {
    ...RANGE,
    events: 1_201,
    by_date: [
      { event_date: '2026-02-20', events: 1_200 },
      { event_date: '2026-02-21', events: 1 },
    ],
  },
  objects: { objects: 2, bytes: 1_500 },
  tables: [
    { table: 'stg_events', rows: 5_000 },
    { table: 'fct_orders', rows: 12 },
  ],
  unstaged_ledger_rows: 3,
  watermark: '2026-02-26T10:00:00.000Z',
};

it('a plan tells what would be let in, what that reads, and what stays as it is', () => {
  expect(backfillPlanText(PLAN)).toBe(
    [
      'Would admit 1,201 late events of 2026-02-01 .. 2026-02-28: 2026-02-20 1,200, 2026-02-21 1.',
      'They lie in 2 objects (1.50 KB compressed).',
      'Rows that stand in the range, 5,012 in 2 tables, of which those that the events touch are computed again:',
      '  stg_events 5,000, fct_orders 12',
      'Left waiting: 3 batches that no run has staged.',
      'Watermark stays at 2026-02-26T10:00:00.000Z',
      'Nothing was changed.',
    ].join('\n'),
  );
});

it('a plan that lets nothing in says so', () => {
  const nothing = { ...PLAN, late_events: { ...RANGE, events: 0, by_date: [] }, unstaged_ledger_rows: 0 };

  expect(backfillPlanText({ ...nothing, watermark: null })).toMatch(
    /^Would admit no event of 2026-02-01 \.\. 2026-02-28: none waits for an admission\.\n(?!.*Left waiting)/,
  );
});

it('of many dates the first ten are named', () => {
  const by_date = Array.from({ length: 12 }, (_, day) => ({
    event_date: `2026-02-${String(day + 1).padStart(2, '0')}`,
    events: 1,
  }));

  expect(lateEventsText({ ...RANGE, events: 12, by_date })).toMatch(/2026-02-10 1, and 2 other dates\.$/);
});
