import { expect, test } from 'vitest';
import { sliceKindOf } from '../../bench/lake-run.ts';
import type { StepReport } from '../../lambdas/run-lake/run-record.ts';
import { readModels } from '../../local/model-files.ts';

const { models } = readModels();

function stepOf(kind: StepReport['kind'], model?: string): StepReport {
  return { kind, rows: 1, durationMs: 1, scannedBytes: null, ...(model === undefined ? {} : { model }) };
}

test.each([
  ['stg_events', 'arrivals'],
  ['stg_duplicates', 'arrivals'],
  ['daily_sales', 'dates'],
  ['funnel_daily', 'dates'],
  ['fct_sessions', 'keys'],
  ['dim_customer', 'keys'],
  ['funnel_step_events', 'keys'],
  ['cohort_ltv', 'whole'],
])('the step of %s counts with the slices by %s', (model, kind) => {
  expect(sliceKindOf(stepOf('model', model), models)).toBe(kind);
});

test('a step that builds no model has no slice', () => {
  expect(sliceKindOf(stepOf('publish'), models)).toBeNull();
});
