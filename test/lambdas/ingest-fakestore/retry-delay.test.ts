import { describe, expect, test } from 'vitest';
import { deadlineAfter, pause } from '../../../lambdas/ingest-fakestore/deadline.ts';
import { retryAfterMs } from '../../../lambdas/ingest-fakestore/retry-delay.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

describe('retryAfterMs', () => {
  test.each([
    [null, null],
    ['', null],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
    ['0', 0],
    [' 120 ', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['Thu, 99 Foo 2026 00:01:00 GMT', null],
  ])('of %j is %j', (header, expected) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(expected);
  });
});

describe('deadlines and pauses', () => {
  test('a pause ends early when its signal aborts, and its timer is forgotten', async () => {
    const controller = new AbortController();
    let cancelled = 0;
    const timers = {
      after: () => () => {
        cancelled += 1;
      },
    };

    const paused = pause(timers, 1_000, controller.signal);
    controller.abort();

    expect(await paused).toBe(false);
    expect(cancelled).toBe(1);
    expect(await pause(timers, 1_000, controller.signal)).toBe(false);
  });

  test('a deadline aborts its signal when the time is up, and when it is ended', () => {
    const actions: (() => void)[] = [];
    let cancelled = 0;
    const timers = {
      after: (_: number, action: () => void) => {
        actions.push(action);
        return () => {
          cancelled += 1;
        };
      },
    };
    const passed = deadlineAfter(timers, 5);
    const ended = deadlineAfter(timers, 5);

    actions[0]?.();
    ended.end();

    expect([passed.signal.aborted, ended.signal.aborted, cancelled]).toEqual([true, true, 1]);
  });
});
