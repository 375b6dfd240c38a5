import { expect, test } from 'vitest';
import type { CheckReport, RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { checksText } from '../../../local/cli/commands/checks.ts';
import { runOf } from '../../../local/cli/run/run-of.ts';

const RUN: RunRecord = {
  ...{ runId: 'r1', status: 'failed', startedAtMs: 0, finishedAtMs: 1_000, reason: 'asked for' },
  ...{
    watermarkMs: null,
    mode: 'full',
    ledgerRows: 0,
    steps: [],
    stepsDone: 0,
    stepReports: [],
    models: [],
    checks: [],
  },
  ...{ reconciliation: null, quarantine: [], publication: null },
};

function found(check: string, severity: CheckReport['severity'], badRows: number): CheckReport {
  return {
    check,
    severity,
    badRows,
    meaning: `${check} is bad.`,
    examples: badRows === 0 ? [] : [{ id: '7' }],
  };
}

test('errors come before warnings, each with its meaning and examples', () => {
  const checks = [found('fine', 'error', 0), found('odd', 'warn', 1), found('wrong', 'error', 2)];

  expect(checksText({ ...RUN, checks })).toBe(
    [
      'Checks of run r1 (failed): 1 of 3 found nothing.',
      '',
      'ERROR wrong: 2 bad rows',
      '  wrong is bad.',
      '  {"id":"7"}',
      '',
      'warning odd: 1 bad row',
      '  odd is bad.',
      '  {"id":"7"}',
    ].join('\n'),
  );
});

test('where nothing was checked it says so', () => {
  expect(checksText(null)).toContain('Nothing has been checked yet');
  expect(checksText(RUN)).toContain('it did not come so far');
});

test('a run is found by its id, or by a beginning that is its alone', () => {
  const runs = ['2026-01-01T10:00-1', '2026-01-01T10:00-12', '2026-01-02T10:00-3'].map((runId) => ({
    ...RUN,
    runId,
  }));

  expect(runOf(runs, '2026-01-01T10:00-1').runId).toBe('2026-01-01T10:00-1');
  expect(runOf(runs, '2026-01-02').runId).toBe('2026-01-02T10:00-3');
  expect(() => runOf(runs, '2026-01-01')).toThrow('2 runs have an id that begins with "2026-01-01"');
  expect(() => runOf(runs, '2027')).toThrow('No run that is kept has the id "2027"');
});
