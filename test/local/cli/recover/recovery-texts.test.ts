import { describe, expect, it } from 'vitest';
import type { RedriveReport } from '../../../../lambdas/redrive-failures/redrive-failures.ts';
import { rebuildText } from '../../../../local/cli/commands/rebuild-object.ts';
import { redriveText } from '../../../../local/cli/commands/redrive.ts';
import { reinstateText } from '../../../../local/cli/commands/reinstate.ts';
import { replayText } from '../../../../local/cli/commands/replay.ts';
import { CommandError } from '../../../../local/cli/errors.ts';
import { requireNothingLeft } from '../../../../local/cli/recover/left-behind.ts';
import { instant } from '../../../../local/cli/recover/since-option.ts';

const BATCH = { failure: 'failures/k', shardId: 's', firstSequence: '1', lastSequence: '3', records: 3 };
const REDRIVE: RedriveReport = {
  redriven: [BATCH, { ...BATCH, records: 1_000 }],
  landed: { received: 1_003, accepted: 1_000, duplicate: 2, quarantined: 1 },
  remaining: [],
  done: 0,
  passedOver: 0,
  left: 0,
};

describe('redrive says', () => {
  it('what landed, and what to do next', () => {
    expect(redriveText(REDRIVE, false)).toBe(
      'Redrove 2 batches with 1,003 records: accepted 1,000, duplicate 2, quarantined 1.\n' +
        'The next `run` brings them into the tables.',
    );
  });

  it('what it would land', () => {
    expect(redriveText({ ...REDRIVE, redriven: [BATCH] }, true)).toBe(
      'Would redrive 1 batch with 3 records:\n  s 1 .. 3, 3 records',
    );
  });

  it('what had landed before, what it passed over and what stays', () => {
    const report: RedriveReport = {
      ...REDRIVE,
      redriven: [BATCH],
      landed: { received: 0, accepted: 0, duplicate: 0, quarantined: 0 },
      remaining: [{ failure: 'failures/x', problem: 'is no JSON text' }],
      done: 1,
      passedOver: 2,
    };

    expect(redriveText(report, false)).toBe(
      'Redrove 1 batch with 3 records: accepted 0, duplicate 0, quarantined 0; 3 had landed before.\n' +
        'The next `run` brings them into the tables.\n' +
        'Redriven before: 1 batch.\n' +
        'Not asked for: 2 batches.\n' +
        '  stays: failures/x is no JSON text',
    );
  });
});

describe('replay says', () => {
  const report = {
    objects: 2,
    passed: 3,
    accepted: 2,
    duplicate: 1,
    refused: {},
    done: 0,
    remaining: [],
    left: 0,
  };

  it('how many of how many pass now, and why the others do not', () => {
    expect(replayText({ ...report, refused: { not_json: 2, clock_skew: 1 }, done: 4 }, false)).toBe(
      'Replayed 3 records of 6: accepted 2, duplicate 1.\n' +
        'The next `run` brings them into the tables.\n' +
        'Still refused: not_json 2, clock_skew 1.\n' +
        'Landed before: 4 records.',
    );
  });

  it('how many would pass', () => {
    expect(replayText({ ...report, passed: 1 }, true)).toBe(
      'Would replay 1 record of 1; no claim is asked before it is done.',
    );
  });

  it('that there is nothing', () => {
    expect(replayText({ ...report, passed: 0, done: 1 }, false)).toBe(
      'Nothing to replay.\nLanded before: 1 record.',
    );
  });
});

describe('reinstate says', () => {
  it('ids and coordinates of a dry run, the first of many', () => {
    const copies = Array.from({ length: 22 }, (_, n) => ({
      eventId: `e${n}`,
      objectKey: 'duplicates/k',
      coordinates: `s#${n}`,
    }));

    const text = reinstateText({ reinstated: copies, landedSince: 1, refused: 0, remaining: [] }, true);

    expect(text).toMatch(/^Would reinstate 22 events:\n/);
    expect(text).toMatch(/e19 +.*s#19/);
    expect(text).not.toContain('e20');
    expect(text).toMatch(/\n2 others; --json names all\nLanded since the last run: 1 event\.$/);
  });
});

describe('rebuild-object says', () => {
  it('what became of each object', () => {
    expect(
      rebuildText(
        [
          { key: 'raw/a', outcome: { kind: 'rebuilt', replacementKey: 'raw/a_r1' } },
          { key: 'raw/b', outcome: { kind: 'whole', readFrom: 'raw/b' } },
          { key: 'raw/c', outcome: { kind: 'whole', readFrom: 'raw/c_r1' } },
          { key: 'raw/d', outcome: { kind: 'impossible', problem: 'is of a batch of 7 records' } },
        ],
        false,
      ),
    ).toBe(
      'Rebuilt raw/a\n  as raw/a_r1\nWhole: raw/b\nWhole: raw/c, read from raw/c_r1\n' +
        'Cannot rebuild raw/d: it is of a batch of 7 records.\nThe next `run` takes it in.',
    );
  });
});

it('what was left is a failure that names the first of it', () => {
  const left = ['a', 'b', 'c'].map((key) => ({ key, problem: 'is broken' }));

  expect(() => requireNothingLeft([], 'object')).not.toThrow();
  expect(() => requireNothingLeft(left, 'object')).toThrow(
    new CommandError(
      'left_behind',
      '3 objects could not be read or brought back: a is broken (and 2 others).',
    ),
  );
});

describe('--since', () => {
  it.each([
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2026-03-01T10:00Z', Date.UTC(2026, 2, 1, 10)],
    ['2026-03-01T10:00:00.5+02:00', Date.UTC(2026, 2, 1, 8, 0, 0, 500)],
  ])('takes %s', (text, timeMs) => {
    expect(instant(text)).toBe(timeMs);
  });

  it.each(['yesterday', '2026-03-01T10:00', '2026-13-01', '1', ''])('refuses %j', (text) => {
    expect(() => instant(text)).toThrow(/Allowed: a date/);
  });
});
