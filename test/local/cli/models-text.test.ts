import { expect, test } from 'vitest';
import { explainTests, mermaidText } from '../../../local/cli/commands/models.ts';
import { dryRunText } from '../../../local/cli/run/run-plan.ts';
import { readModels } from '../../../local/model-files.ts';

test('the graph draws each model by its kind and an arrow from each input', () => {
  const lines = mermaidText(readModels().models).split('\n');

  expect(lines[0]).toBe('flowchart LR');
  expect(lines).toContain('  ledger[(ledger)]');
  expect(lines).toContain('  event_copies(event_copies)');
  expect(lines).toContain('  fct_orders[fct_orders]');
  expect(lines).toContain('  fct_orders --> fct_order_lines');
});

test('a table is explained with the tests of its columns, and a model without any is not', () => {
  const { models } = readModels();
  const purposes = models.map((model) => [model.name, explainTests(model, models)] as const);
  const byName = new Map(purposes);

  expect(byName.get('fct_orders')).toEqual([
    {
      purpose: 'bad rows by the tests of its columns',
      sql: expect.stringMatching(/as fct_orders_channel_in\b[\s\S]*from fct_orders as tested/),
    },
  ]);
  expect(byName.get('event_copies')).toEqual([]);
});

const PLAN = {
  ...{ reason: '1 ledger rows to stage', waiting_records: 2, sources: ['shop'], ledger_rows: 1 },
  ...{
    records_to_stage: 5,
    new_objects: { objects: 1, bytes: 900 },
    mode: 'full' as const,
    read_objects: { objects: 3, bytes: 2_500 },
    event_dates: ['2026-03-01'],
  },
  ...{
    watermark: null,
    steps: [
      { step: 'sources', model: null },
      { step: 'model', model: 'stg_events' },
    ],
  },
};

test('a plan tells what comes first, why, how much, and the steps', () => {
  expect(dryRunText(PLAN)).toBe(
    [
      'First: land 2 records that wait in the stream; what they bring is not in this plan.',
      'First: ask shop for a snapshot.',
      'Due: 1 ledger rows to stage.',
      'Stage 5 records of 1 new object (900 bytes).',
      'Read all 3 objects (2.50 KB compressed), since every table is computed whole.',
      '2 steps:',
      '  sources stg_events',
      'Nothing was changed.',
    ].join('\n'),
  );
});

test('a plan of what is new alone tells the dates of its events', () => {
  const plan = { ...PLAN, mode: 'incremental' as const, read_objects: PLAN.new_objects };

  expect(dryRunText(plan)).toContain(
    'Read 1 object (900 bytes compressed), and of the tables what they touch; event dates 2026-03-01.',
  );
  expect(dryRunText({ ...plan, event_dates: ['2026-02-27', '2026-03-01'] })).toContain(
    'event dates 2026-02-27 .. 2026-03-01 (2 dates).',
  );
});

test('a plan with nothing due says so', () => {
  expect(dryRunText({ ...PLAN, reason: null, waiting_records: 0, sources: [] })).toBe(
    'Nothing is due in what has landed.',
  );
});
