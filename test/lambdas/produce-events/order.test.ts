import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventStream, OutgoingRecord } from '../../../lambdas/ports/stream.ts';
import type { AggregateSettings } from '../../../lambdas/produce-events/aggregator.ts';
import { produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import { failureOf } from '../../local/failure-of.ts';
import { record, StubStream, THROTTLED, ThrottledStream } from './stub-streams.ts';
import { VirtualTimers } from './virtual-timers.ts';

/** Event number n of a device, as the lines of an aggregate can be told apart. */
function event(device: string, index: number): OutgoingRecord {
  return record(device, JSON.stringify({ device, index }));
}

/** The events that records hold, line by line. */
function eventsIn(records: readonly OutgoingRecord[]): { device: string; index: number }[] {
  return records.flatMap(({ data }) =>
    Buffer.from(data)
      .toString()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

/** Per device the numbers of its events; of copies the first. */
function firstCopies(records: readonly OutgoingRecord[]): Record<string, number[]> {
  const seen = new Map<string, Set<number>>();
  for (const { device, index } of eventsIn(records)) {
    seen.set(device, (seen.get(device) ?? new Set()).add(index));
  }
  return Object.fromEntries([...seen].map(([device, indexes]) => [device, [...indexes]]));
}

const devices = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 80 });
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
const aggregate = fc.option(
  fc.record({ maxBytes: fc.integer({ min: 40, max: 200 }), buckets: fc.integer({ min: 1, max: 4 }) }),
  { nil: undefined },
);

function grouped(events: readonly OutgoingRecord[], groupSizes: readonly number[]) {
  const groups: OutgoingRecord[][] = [];
  for (let from = 0, group = 0; from < events.length; group += 1) {
    const size = groupSizes[group % groupSizes.length] ?? 1;
    groups.push(events.slice(from, from + size));
    from += size;
  }
  return groups;
}

function optionsWith(settings: AggregateSettings | undefined) {
  const timers = new VirtualTimers();
  const backoff = { baseMs: 10, capMs: 100, timers, random: { next: () => 0.5 } };
  return { backoff, ...(settings === undefined ? {} : { aggregate: settings }) };
}

describe('the order of a device', () => {
  it('fault 1: whatever entries a call refuses, each event is accepted once, those of a device in order', async () => {
    const refusals = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), { maxLength: 12 });

    await fc.assert(
      fc.asyncProperty(devices, sizes, refusals, aggregate, async (sent, groupSizes, plan, settings) => {
        const stream = new StubStream((call, place) => {
          const row = plan[call - 1];
          return row?.[place % row.length] === true ? THROTTLED : null;
        });
        const events = sent.map(event);

        const counts = await produceEvents({
          ...optionsWith(settings),
          stream,
          groups: grouped(events, groupSizes),
          maxAttempts: 20,
        });

        expect(counts).toMatchObject({ accepted: sent.length, unsent: 0 });
        expect(eventsIn(stream.accepted)).toHaveLength(sent.length);
        expect(firstCopies(stream.accepted)).toEqual(firstCopies(events));
      }),
    );
  });

  it('fault 1: a stream that accepts the entries of a call in any order keeps it all the same', async () => {
    await fc.assert(
      fc.asyncProperty(devices, fc.infiniteStream(fc.nat()), aggregate, async (sent, dice, settings) => {
        const stored: OutgoingRecord[] = [];
        const stream: EventStream = {
          put: async (records) => {
            const places = records.map((_, place) => ({ place, rank: dice.next().value }));
            for (const { place } of places.sort((left, right) => left.rank - right.rank)) {
              stored.push(...records.slice(place, place + 1));
            }
            return records.map(() => ({ kind: 'accepted', shardId: 's', sequenceNumber: '1' }));
          },
        };
        const events = sent.map(event);

        await produceEvents({ ...optionsWith(settings), stream, groups: [events] });

        expect(firstCopies(stored)).toEqual(firstCopies(events));
      }),
    );
  });

  it('fault 3: a producer that dies before an acknowledgement and sends all again brings each event, first copies in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        devices,
        fc.nat(6),
        fc.boolean(),
        aggregate,
        async (sent, deadly, hasLanded, settings) => {
          const stream = new StubStream();
          let calls = 0;
          const dying: EventStream = {
            put: async (records) => {
              calls += 1;
              if (calls - 1 !== deadly) return stream.put(records);
              if (hasLanded) await stream.put(records);
              throw new Error('the process is gone');
            },
          };
          const events = sent.map(event);

          const death = await failureOf(
            produceEvents({ ...optionsWith(settings), stream: dying, groups: grouped(events, [7]) }),
          );
          await produceEvents({ ...optionsWith(settings), stream, groups: grouped(events, [7]) });

          expect(death === undefined || String(death).includes('gone')).toBe(true);
          expect(firstCopies(stream.accepted)).toEqual(firstCopies(events));
        },
      ),
    );
  });

  it('fault 3: an answer that is lost on the way is no loss: the call goes again', async () => {
    await fc.assert(
      fc.asyncProperty(devices, fc.array(fc.boolean(), { maxLength: 10 }), async (sent, losses) => {
        const stream = new StubStream();
        let calls = 0;
        const lossy: EventStream = {
          put: async (records) => {
            const answers = await stream.put(records);
            calls += 1;
            if (losses[calls - 1] !== true) return answers;
            return records.map(() => ({
              kind: 'refused',
              errorCode: 'ServiceUnavailable',
              message: 'reset',
            }));
          },
        };
        const events = sent.map(event);

        const counts = await produceEvents({
          ...optionsWith(undefined),
          stream: lossy,
          groups: [events],
          maxAttempts: 20,
        });

        expect(counts).toMatchObject({ accepted: sent.length, unsent: 0 });
        expect(firstCopies(stream.accepted)).toEqual(firstCopies(events));
      }),
    );
  });
});

describe('a stream that keeps the order of calls', () => {
  it('fault 2: gets all in the order of the input, also after it was away for a while', async () => {
    const isAway = (call: number) => call <= 8 || (call > 16 && call <= 24);
    const stream = new StubStream((call) => (isAway(call) ? THROTTLED : null), { keepsCallOrder: true });
    const events = Array.from({ length: 9_000 }, (_, index) => event(`visitor-${index % 7}`, index));

    const counts = await produceEvents({ ...optionsWith(undefined), stream, groups: grouped(events, [700]) });

    expect(counts).toMatchObject({ accepted: 9_000, unsent: 0 });
    expect(eventsIn(stream.accepted).map(({ index }) => index)).toEqual([...events.keys()]);
  });
});

describe('a hot shard', () => {
  const events = Array.from({ length: 6_000 }, (_, index) => event(`visitor-${index % 900}`, index));

  async function paced(sent: readonly OutgoingRecord[], recordsPerS: (shard: number) => number = () => 250) {
    const timers = new VirtualTimers();
    const stream = new ThrottledStream(timers, { shards: 4, recordsPerS, callMs: 5 });
    let dice = 0;
    const random = {
      next: () => {
        dice = (dice + 0.618034) % 1;
        return dice;
      },
    };
    const backoff = { baseMs: 50, capMs: 5_000, timers, random };
    const counts = await produceEvents({ stream, groups: grouped(sent, [500]), backoff });
    return { counts, stream, timers };
  }

  it('fault 2: throttled shards get all, each once and in order; nothing changes its key', async () => {
    const { counts, stream } = await paced(events);

    const stored = stream.accepted.map((accepted) => accepted.record);
    expect(stream.refusals).toBeGreaterThan(100);
    expect(counts).toMatchObject({ accepted: events.length, unsent: 0, rejected: 0 });
    expect(counts.resentRecords).toBe(stream.refusals);
    expect(firstCopies(stored)).toEqual(firstCopies(events));
    expect(new Set(stored.map((sent) => sent.partitionKey)).size).toBe(900);
  });

  it('fault 2: is filled at its own pace, while its neighbours are not slowed down', async () => {
    const hotRecordsPerS = 250;
    const pace = (shard: number) => (shard === 0 ? hotRecordsPerS : 1_000_000);
    const { stream: shards } = await paced([]);
    const hotRecords = events.filter((sent) => shards.shardOf(sent) === 0).length;

    const { stream, timers } = await paced(events, pace);

    const cool = stream.accepted.filter((each) => each.shard !== 0);
    const leastMs = (hotRecords / hotRecordsPerS - 1) * 1_000;
    const callsAlone = (events.length - hotRecords) / 500;
    expect(timers.nowMs).toBeGreaterThan(leastMs - 100);
    expect(timers.nowMs).toBeLessThan(leastMs * 1.3);
    // A call of 5 ms may be shared with the hot shard; a wait with it would take 25 ms more each time.
    expect(Math.max(...cool.map((each) => each.atMs))).toBeLessThan(callsAlone * 5 * 4);
  });
});
