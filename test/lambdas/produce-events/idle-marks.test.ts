import { expect, it } from 'vitest';
import { IDLE, withIdleMarks } from '../../../lambdas/produce-events/idle-marks.ts';
import { failureOf } from '../../local/failure-of.ts';
import { VirtualTimers } from './virtual-timers.ts';

async function all<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  return Array.fromAsync(source);
}

it('a source that answers in time gives its items alone, and no alarm stays set', async () => {
  const timers = new VirtualTimers();

  expect(await all(withIdleMarks([1, 2, 3], timers, 10))).toEqual([1, 2, 3]);
  expect(timers.size).toBe(0);
});

it('a source that lets us wait is marked once a wait', async () => {
  const timers = new VirtualTimers();
  async function* slow() {
    yield 1;
    await timers.pause(10);
    yield 2;
    await timers.pause(1_000);
  }

  expect(await all(withIdleMarks(slow(), timers, 11))).toEqual([1, 2, IDLE]);
});

it('a source that fails while it is idle fails whoever reads', async () => {
  const timers = new VirtualTimers();
  const failing = {
    [Symbol.asyncIterator]: async function* () {
      await timers.pause(20);
      throw new Error('the pipe broke');
      // biome-ignore lint/correctness/noUnreachable: makes it a source of numbers
      yield 1;
    },
  };

  expect(String(await failureOf(all(withIdleMarks(failing, timers, 10))))).toContain('the pipe broke');
});

it('a reader that stops ends the source', async () => {
  let hasEnded = false;
  function* endless() {
    try {
      for (;;) yield 1;
    } finally {
      hasEnded = true;
    }
  }

  for await (const _ of withIdleMarks(endless(), new VirtualTimers(), 10)) break;

  expect(hasEnded).toBe(true);
});
