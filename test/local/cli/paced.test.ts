import { describe, expect, it } from 'vitest';
import { pacedGroups } from '../../../local/cli/simulate/paced.ts';
import { BLANK_EVENT, type SimulatedRecord } from '../../../simulator/shop-event.ts';

function record(arrivalTimeMs: number): SimulatedRecord {
  return {
    partitionKey: 'd',
    data: Buffer.from('{}'),
    arrivalTimeMs,
    faults: [],
    content: { kind: 'event', event: BLANK_EVENT },
  };
}

/** Arrivals by group, with a clock that moves `stepMs` each time it is asked. */
async function groupsOf(pace: { ratePerS?: number; speed?: number }, stepMs: number, groupSize?: number) {
  let timeMs = 0;
  const clock = {
    nowMs: () => {
      timeMs += stepMs;
      return timeMs;
    },
  };
  const options = {
    records: [record(0), record(1000), record(2000), record(10_000)],
    pace: { ratePerS: pace.ratePerS ?? null, speed: pace.speed ?? null },
    clock,
    signal: new AbortController().signal,
    ...(groupSize === undefined ? {} : { groupSize }),
  };
  const groups: number[][] = [];
  for await (const group of pacedGroups(options)) groups.push(group.map((each) => each.arrivalTimeMs));
  return groups;
}

describe('pacedGroups', () => {
  it('gives everything at once without a pace, in groups', async () => {
    expect(await groupsOf({}, 0, 3)).toEqual([[0, 1000, 2000], [10_000]]);
  });

  it('gives what it has before it waits', async () => {
    // Simulated time runs 1,000 times as fast: due at 0, 1, 2 and 10 ms; the clock moves 2 ms at a look.
    expect(await groupsOf({ speed: 1000 }, 2)).toEqual([[0, 1000, 2000], [10_000]]);
  });

  it('keeps to a rate, whatever the simulated times', async () => {
    expect((await groupsOf({ ratePerS: 100 }, 3)).length).toBeGreaterThan(2);
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const groups = pacedGroups({
      records: [record(0)],
      pace: { ratePerS: null, speed: null },
      clock: { nowMs: () => 0 },
      signal: controller.signal,
    });

    expect(await groups.next()).toEqual({ done: true, value: undefined });
  });
});
