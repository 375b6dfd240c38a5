import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../../../local/event-source-mapping/mapping-settings.ts';
import {
  failedAt,
  mappingOf,
  OK,
  playOut,
  record,
  records,
  shown,
  THROTTLED,
  THROWN,
} from './shard-mapping-driver.ts';

describe('rule 9: throttles and calls that do not come through', () => {
  it('come again with growing pauses and use up no attempt', () => {
    const mapping = mappingOf({ batchSize: 2, bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });
    mapping.take(records(1, 2), 0);

    const done = playOut(mapping, (_, call) => (call < 5 ? THROTTLED : OK));

    expect(done).toEqual(['0: 1-2', '100: 1-2', '300: 1-2', '700: 1-2', '1500: 1-2']);
  });

  it('do not count as invocations', () => {
    const mapping = mappingOf({});
    mapping.take(records(1, 1), 0);
    const before: number[] = [];

    playOut(mapping, (action, call) => {
      before.push(action.earlierInvocations);
      return call === 1 ? THROTTLED : call === 2 ? THROWN : OK;
    });

    expect(before).toEqual([0, 0, 1]);
  });

  it('end when the records have grown too old', () => {
    const mapping = mappingOf({ maximumRecordAgeMs: 60_000 });
    mapping.take(records(1, 1), 0);

    const done = playOut(mapping, () => THROTTLED);

    expect(done.at(-1)).toMatch(/: !1-1$/);
    expect(Number.parseInt(done.at(-2) ?? '', 10)).toBeLessThanOrEqual(60_000);
    expect(Number.parseInt(done.at(-1) ?? '', 10)).toBeGreaterThan(60_000);
  });
});

describe('rule 10: the maximum age', () => {
  const aged = { batchSize: 10, maximumRecordAgeMs: 60_000 };

  it('lets a record of exactly that age pass, and gives one up that is a millisecond older', () => {
    const mapping = mappingOf(aged);
    mapping.take([record(1, { arrivalTimeMs: 0 }), record(2, { arrivalTimeMs: 1 })], 60_001);

    const actions: string[] = playOut(mapping, () => OK, 60_001);

    expect(actions).toEqual(['60001: !1-1', '60001: 2-2']);
  });

  it('gives up what was never invoked, and says so', () => {
    const mapping = mappingOf(aged);
    mapping.take(records(1, 3), 100_000);

    expect(mapping.actions(100_000)).toMatchObject([
      { kind: 'discard', condition: 'MaximumRecordAgeExceeded', earlierInvocations: 0 },
    ]);
  });

  it('counts until the invocation, not from the reading', () => {
    const mapping = mappingOf({ ...aged, batchingWindowMs: 1 });
    mapping.take(records(1, 1), 60_000);

    expect(mapping.actions(60_001)).toMatchObject([{ kind: 'discard' }]);
  });

  it('parts a batch in which old and young records alternate, and keeps the order', () => {
    const mapping = mappingOf(aged);
    const arrivals = [0, 0, 50_000, 10, 50_000, 50_000];
    mapping.take(
      arrivals.map((arrivalTimeMs, index) => record(index + 1, { arrivalTimeMs })),
      70_000,
    );

    const done = playOut(mapping, () => OK, 70_000).map((line) => line.split(' ')[1]);

    expect(done).toEqual(['!1-2', '3-3', '!4-4', '5-6']);
    expect(mapping.position).toBe('6');
  });

  it('ends retries that would go on for ever', () => {
    const mapping = mappingOf({ ...aged, maximumRetryAttempts: UNLIMITED });
    mapping.take(records(1, 1), 0);

    expect(playOut(mapping, () => THROWN).at(-1)).toMatch(/!1-1$/);
  });

  it('of no limit gives nothing up, however old', () => {
    const mapping = mappingOf({ batchSize: 10 });
    mapping.take(records(1, 3), 1e13);

    expect(playOut(mapping, () => OK, 1e13)).toEqual(['10000000000000: 1-3']);
  });
});

describe('rule 13: the failure destination', () => {
  it('fault 25: has it before the position moves; while it cannot be reached the shard waits', () => {
    const mapping = mappingOf({ batchSize: 2, maximumRetryAttempts: 0 });
    mapping.take(records(1, 4), 0);
    const [call] = mapping.actions(0);
    mapping.settleInvocation(call?.id ?? 0, THROWN, 0);

    const [discard] = mapping.actions(0);
    expect(discard).toMatchObject({
      kind: 'discard',
      condition: 'RetryAttemptsExhausted',
      earlierInvocations: 1,
    });
    mapping.settleDiscard(discard?.id ?? 0, false, 0);
    expect(mapping.position).toBeNull();
    expect(mapping.actions(99)).toEqual([]);
    const [again] = mapping.actions(100);
    expect(again).toMatchObject({ kind: 'discard', batch: discard?.batch });
    mapping.settleDiscard(again?.id ?? 0, true, 100);

    expect(mapping.position).toBe('2');
    expect(mapping.actions(100).map(shown)).toEqual(['3-4']);
  });
});

describe('rule 14: the iterator age', () => {
  it.each([
    ['a success', OK, 900],
    ['a partial success', failedAt('2'), 900],
    ['a throw', THROWN, null],
    ['a throttle', THROTTLED, null],
  ])('after %s', (_, outcome, expected) => {
    const mapping = mappingOf({ batchSize: 2, reportBatchItemFailures: true });
    mapping.take([record(1, { arrivalTimeMs: 50 }), record(2, { arrivalTimeMs: 100 })], 500);
    const [action] = mapping.actions(500);

    expect(mapping.settleInvocation(action?.id ?? 0, outcome, 1_000).iteratorAgeMs).toBe(expected);
  });
});

describe('rule 15: an invocation that ran out of time', () => {
  it('fault 26: comes again while the first may still run, and what that one says later changes nothing', () => {
    const mapping = mappingOf({ batchSize: 2 });
    mapping.take(records(1, 2), 0);
    const [slow] = mapping.actions(0);
    mapping.settleInvocation(slow?.id ?? 0, { kind: 'failed', error: new Error('timed out') }, 0);
    const [retry] = mapping.actions(100);

    const late = mapping.settleInvocation(slow?.id ?? 0, OK, 150);

    expect(late).toMatchObject({ next: 'stale', succeeded: [], left: [] });
    expect(mapping.position).toBeNull();
    expect(mapping.settleInvocation(retry?.id ?? 0, OK, 200).next).toBe('nothing');
    expect(mapping.position).toBe('2');
    expect(mapping.settleInvocation(retry?.id ?? 0, THROWN, 300).next).toBe('stale');
    expect(mapping.isIdle).toBe(true);
  });

  it('an answer to a discard is no answer to an invocation', () => {
    const mapping = mappingOf({});
    mapping.take(records(1, 1), 0);
    const [action] = mapping.actions(0);

    expect(mapping.settleDiscard(action?.id ?? 0, true, 0).next).toBe('stale');
    expect(mapping.position).toBeNull();
  });
});

it('fault 12: rule 5: after a crash everything behind the stored position comes again, cut anew', () => {
  const before = mappingOf({ batchSize: 3 });
  before.take(records(1, 9), 0);
  const [first] = before.actions(0);
  before.settleInvocation(first?.id ?? 0, OK, 0);
  before.actions(0);

  const after = mappingOf({ batchSize: 4 }, before.position);
  after.take(records(4, 9), 0);

  expect(playOut(after, () => OK)).toEqual(['0: 4-7', '0: 8-9']);
});
