import { expect, test } from 'vitest';
import { mermaidText } from '../../../local/cli/commands/models.ts';
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

const PLAN = {
  ...{ reason: '1 ledger rows to stage', waiting_records: 2, sources: ['shop'], ledger_rows: 1 },
  ...{
    records_to_stage: 5,
    new_objects: { objects: 1, bytes: 900 },
    all_objects: { objects: 3, bytes: 2_500 },
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
      'Read 3 objects in all (2.50 KB compressed), since a build is whole.',
      '2 steps:',
      '  sources stg_events',
      'Nothing was changed.',
    ].join('\n'),
  );
});

test('a plan with nothing due says so', () => {
  expect(dryRunText({ ...PLAN, reason: null, waiting_records: 0, sources: [] })).toBe(
    'Nothing is due in what has landed.',
  );
});
