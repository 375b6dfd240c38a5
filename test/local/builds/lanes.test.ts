import { describe, expect, it } from 'vitest';
import { inLanes } from '../../../local/builds/lanes.ts';

/** Work that ends when it is told to. */
function workInHand() {
  const begun: string[] = [];
  const ends = new Map<number, { end: () => void; fail: () => void }>();
  const work = (lane: string, item: number) => {
    begun.push(`${lane}${item}`);
    return new Promise<number>((resolve, reject) => {
      ends.set(item, { end: () => resolve(item * 10), fail: () => reject(new Error(`item ${item}`)) });
    });
  };
  const settle = (item: number, how: 'end' | 'fail') => {
    ends.get(item)?.[how]();
    return new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...{ begun, work },
    end: (item: number) => settle(item, 'end'),
    fail: (item: number) => settle(item, 'fail'),
  };
}

describe('work in lanes', () => {
  it('is begun by the lane that is free, and told in the order of the items', async () => {
    const { begun, work, end } = workInHand();
    const results = inLanes(['a', 'b'], [1, 2, 3, 4], work);

    await end(2);
    await end(3);
    expect(begun).toEqual(['a1', 'b2', 'b3', 'b4']);
    await end(4);
    await end(1);

    expect(await results).toEqual([10, 20, 30, 40]);
  });

  it('of one lane is done item by item', async () => {
    const { begun, work, end } = workInHand();
    const results = inLanes(['a'], [1, 2], work);

    expect(begun).toEqual(['a1']);
    await end(1);
    await end(2);

    expect(await results).toEqual([10, 20]);
  });

  it('after a failure none is begun, and it is thrown once the work in hand has ended', async () => {
    const { begun, work, end, fail } = workInHand();
    let told: string | null = null;
    const results = inLanes(['a', 'b'], [1, 2, 3], work).catch((error: unknown) => {
      told = String(error);
    });

    await fail(1);
    expect(told).toBeNull();
    await end(2);
    await results;

    expect(told).toBe('Error: item 1');
    expect(begun).toEqual(['a1', 'b2']);
  });

  it('a second failure is not told', async () => {
    const { work, fail } = workInHand();
    const results = inLanes(['a', 'b'], [1, 2], work);
    const told = expect(results).rejects.toThrow('item');

    await fail(2);
    await fail(1);

    await told;
  });

  it('of nothing has no result', async () => {
    expect(await inLanes(['a'], [], workInHand().work)).toEqual([]);
  });
});
