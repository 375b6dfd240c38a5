import { expect, it } from 'vitest';
import type { Timers } from '../../../lambdas/ports/timers.ts';
import { beforeTimeout } from '../../../lambdas/runtime/out-of-time.ts';

/** Fires when told to. */
class HandTimers implements Timers {
  delayMs = -1;
  isCancelled = false;
  fire: () => void = () => {};

  after(delayMs: number, action: () => void): () => void {
    this.delayMs = delayMs;
    this.fire = action;
    return () => {
      this.isCancelled = true;
    };
  }
}

it('fault 13: work that does not end is given up before Lambda ends it', async () => {
  const timers = new HandTimers();

  const result = beforeTimeout({ remainingMs: 60_000, marginMs: 5_000, timers }, () => new Promise(() => {}));
  timers.fire();

  await expect(result).rejects.toMatchObject({ name: 'OutOfTimeError' });
  expect(timers.delayMs).toBe(55_000);
});

it('fault 13: work in time gives its value, and the limit is called off', async () => {
  const timers = new HandTimers();

  expect(await beforeTimeout({ remainingMs: 1, marginMs: 5_000, timers }, async () => 'done')).toBe('done');
  expect(timers).toMatchObject({ delayMs: 0, isCancelled: true });
});

it('an error of the work is passed on', async () => {
  const failing = async (): Promise<never> => {
    throw new RangeError('inside');
  };

  await expect(
    beforeTimeout({ remainingMs: 60_000, marginMs: 0, timers: new HandTimers() }, failing),
  ).rejects.toThrow('inside');
});
