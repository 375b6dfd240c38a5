import { describe, expect, it } from 'vitest';
import { type LakeOfTask, requireTask } from '../../../lambdas/run-lake/check-task.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import { isPlainText } from '../../../lambdas/runtime/telemetry-fields.ts';
import { readModels } from '../../../local/model-files.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';

const LAKE: LakeOfTask = {
  models: readModels(),
  rows: [{ ...ledgerRow('events/a', { maxArrivalTime: '2026-03-10T12:00:00.000Z' }), stagedBy: 'run-1' }],
  hasBuilt: true,
  nowMs: Date.parse('2026-03-05T00:00:00Z'),
};

function backfill(from: string, to: string, models: readonly string[] | null = null): RunTask {
  return { kind: 'backfill', from, to, models };
}

function problemOf(task: RunTask, lake: Partial<LakeOfTask> = {}): string | null {
  try {
    requireTask(task, { ...LAKE, ...lake });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a range', () => {
  it.each([
    ['2026-03-01', '2026-03-01'],
    ['1999-12-31', '2026-12-31'],
    ['2026-03-11', '2027-03-11'],
  ])('from %s to %s is one', (from, to) => {
    expect(problemOf(backfill(from, to))).toBeNull();
  });

  it.each([
    ['2026-03-02', '2026-03-01', 'ends (2026-03-01) before it begins (2026-03-02)'],
    ['2026-03-12', '2026-03-12', 'may begin on 2026-03-11 at the latest'],
    ['2026-03-01', '2027-03-12', 'may end on 2027-03-11 at the latest'],
    ['2026-03-01', '9999-12-31', 'too far in the future'],
  ])('from %s to %s is none: %s', (from, to, problem) => {
    expect(problemOf(backfill(from, to))).toContain(problem);
  });

  it('reaches to the newest arrival of a lake that is ahead of the clock, else to the clock', () => {
    expect(problemOf(backfill('2026-03-11', '2026-03-11'))).toBeNull();
    expect(problemOf(backfill('2026-05-02', '2026-05-02'), { nowMs: Date.UTC(2026, 4, 1) })).toBeNull();
  });
});

describe('a lake', () => {
  it('that is empty, or never ran, has nothing to admit', () => {
    const task = backfill('2026-03-01', '2026-03-01');

    expect(problemOf(task, { rows: [] })).toContain('The lake is empty');
    expect(problemOf(task, { hasBuilt: false })).toContain('no tables yet');
  });

  it('that never ran has no files to compact; one that is empty may have', () => {
    expect(problemOf({ kind: 'compact' }, { hasBuilt: false })).toContain('no tables yet');
    expect(problemOf({ kind: 'compact' }, { rows: [] })).toBeNull();
  });

  it('of any kind can be run and rebuilt', () => {
    for (const kind of ['run', 'rebuild'] as const) {
      expect(problemOf({ kind }, { rows: [], hasBuilt: false })).toBeNull();
    }
  });
});

describe('names of tables', () => {
  const named = (...models: readonly string[]) => problemOf(backfill('2026-03-01', '2026-03-01', models));

  it('are those of the library', () => {
    expect(named('fct_orders', 'daily_sales')).toBeNull();
  });

  it('that nothing has are answered with the near ones, or with where they are listed', () => {
    expect(named('fct_orders', 'daily_sale')).toContain(
      'There is no table "daily_sale"; there is daily_sales.',
    );
    expect(named('warehouse')).toContain('`millpond tables` lists them');
    expect(named()).toContain('No table is named');
  });

  it('of what a run only reads or makes for itself are refused as that', () => {
    expect(named('raw_events')).toContain('"raw_events" is a source, not a table');
  });
});

it('every refusal is text that a log may hold', () => {
  const refusals = [
    problemOf(backfill('2026-03-02', '2026-03-01')),
    problemOf(backfill('9999-12-31', '9999-12-31')),
    problemOf(backfill('2026-03-01', '2026-03-01', ['fct_order'])),
    problemOf(backfill('2026-03-01', '2026-03-01', ['x'.repeat(63)])),
  ];

  expect(refusals.map((text) => text !== null && isPlainText(text))).toEqual([true, true, true, true]);
});
