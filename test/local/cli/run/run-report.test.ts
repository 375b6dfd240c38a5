import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../lambdas/run-lake/run-record.ts';
import { runAnswer, runText } from '../../../../local/cli/run/run-report.ts';

const BALANCE = {
  received: 3,
  accepted: 3,
  duplicate: 0,
  quarantined: 0,
  staged: 2,
  tooLate: 0,
  collapsed: 0,
  conflicts: 0,
  setAside: 0,
  redelivered: 0,
  orphaned: 0,
};
const CHECK = {
  check: 'ledger_balances',
  severity: 'error',
  meaning: 'Rows balance.',
  examples: [],
} as const;
const SUCCEEDED: RunRecord = {
  runId: 'r-1',
  status: 'succeeded',
  startedAtMs: 0,
  finishedAtMs: 2_000,
  reason: '1 ledger rows to stage',
  watermarkMs: Date.parse('2026-03-01T10:00:00Z'),
  mode: 'full',
  ledgerRows: 1,
  steps: [],
  stepsDone: 0,
  models: [{ model: 'stg_events', inserted: 2, updated: 0, deleted: 0, durationMs: 5 }],
  checks: [{ ...CHECK, badRows: 0 }],
  reconciliation: { ...BALANCE, staged: 3 },
  stepReports: [],
  publication: null,
  quarantine: [],
};
const FAILED: RunRecord = {
  ...SUCCEEDED,
  status: 'failed',
  checks: [{ ...CHECK, badRows: 1 }],
  reconciliation: BALANCE,
};

const outcome = (run: RunRecord) => ({ drained: null, sources: [], run });

describe('a run that succeeded', () => {
  it('tells its changes and the watermark that it set', () => {
    const text = runText(outcome(SUCCEEDED));

    expect(text).toContain('Built whole: 1 table in 2.0 s (1 ledger rows to stage): 2 rows changed.');
    expect(text).toContain('Watermark 2026-03-01T10:00:00.000Z');
    expect(runAnswer(outcome(SUCCEEDED)).run).toMatchObject({
      rows_changed: 2,
      watermark: '2026-03-01T10:00:00.000Z',
    });
  });
});

describe('a run whose records went other ways than into staging', () => {
  const BALANCED = { ...BALANCE, staged: 1, conflicts: 1, setAside: 1, redelivered: 2, orphaned: 3 };

  it('names conflicts, what is set aside, what came again and what is orphaned', () => {
    const text = runText(outcome({ ...SUCCEEDED, reconciliation: BALANCED }));

    expect(text).toContain(
      'accepted 3 = staged 1 + too late 0 + collapsed 0 + conflicts 1 + set aside 1  (closes)',
    );
    expect(text).toContain('  redelivered 2: copies');
    expect(text).toContain('  orphaned 3: of the duplicates and conflicts');
  });

  it('gives programs the same numbers', () => {
    expect(runAnswer(outcome({ ...SUCCEEDED, reconciliation: BALANCED })).run).toMatchObject({
      reconciliation: { conflicts: 1, set_aside: 1, redelivered: 2, orphaned: 3 },
    });
  });
});

describe('fault 35: a run that went on without an object', () => {
  const objects = Array.from({ length: 10 }, (_, n) => ({ object_key: `raw/${n}`, detail: 'missing' }));
  const ASIDE = { check: 'set_aside', severity: 'warn', meaning: 'Missing.' } as const;
  const without = (badRows: number, deleted: number) => ({
    ...SUCCEEDED,
    models: [{ model: 'stg_events', inserted: 0, updated: 0, deleted, durationMs: 5 }],
    checks: [{ ...ASIDE, badRows, examples: objects.slice(0, badRows) }],
  });

  it('names it, and says how many events left the tables', () => {
    expect(runText(outcome(without(1, 4)))).toContain(
      'Set aside:\n  raw/0: missing\n  4 events that had been staged left the tables in this run.',
    );
    expect(runText(outcome(without(1, 0)))).not.toContain('left the tables');
  });

  it('names ten of many, and says of how many', () => {
    expect(runText(outcome(without(12, 0)))).toContain('  raw/9: missing\n  and 2 others');
    expect(runText(outcome(without(0, 4)))).not.toContain('Set aside');
  });
});

describe('a run that failed', () => {
  it('tells that the tables keep their last good state, and no watermark', () => {
    const text = runText(outcome(FAILED));

    expect(text).toContain('Built whole: 1 table in 2.0 s (1 ledger rows to stage); none of it is kept.');
    expect(text).toContain('The run failed: the tables keep their last good state');
    expect(text).toContain('ERROR   ledger_balances: 1 row.');
    expect(text).toContain('DIFFERS by 1');
    expect(text).not.toMatch(/Watermark|changed|inserted/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(100);
  });

  it('gives programs neither changed rows nor a watermark', () => {
    expect(runAnswer(outcome(FAILED)).run).toMatchObject({
      status: 'failed',
      rows_changed: 0,
      watermark: null,
    });
  });
});
