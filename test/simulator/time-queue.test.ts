import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeQueue } from '../../simulator/time-queue.ts';

function takeAll(queue: ReturnType<typeof createTimeQueue<string>>): string[] {
  const taken: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken;
}

describe('time queue', () => {
  it('gives in order of time and, for equal times, in order of adding', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const queue = createTimeQueue<string>();
        for (const [index, timeMs] of times.entries()) queue.add(timeMs, `${timeMs} ${index}`);
        const expected = times
          .map((timeMs, index) => ({ timeMs, index }))
          .sort((left, right) => left.timeMs - right.timeMs || left.index - right.index)
          .map(({ timeMs, index }) => `${timeMs} ${index}`);

        expect(takeAll(queue)).toEqual(expected);
      }),
    );
  });

  it('says when its next item is due, and never when it is empty', () => {
    const queue = createTimeQueue<string>();
    queue.add(5, 'later');
    queue.add(2, 'sooner');

    const due = [queue.nextTimeMs(), queue.take(), queue.nextTimeMs(), queue.take(), queue.nextTimeMs()];

    expect(due).toEqual([2, 'sooner', 5, 'later', Number.POSITIVE_INFINITY]);
    expect(queue.take()).toBeUndefined();
  });
});
