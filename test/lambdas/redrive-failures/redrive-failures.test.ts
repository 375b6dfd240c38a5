import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConsumerWorld,
  eventId,
  recordAt,
  SETTINGS,
  SHARD,
  visit,
} from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS } from '../domain/events/sample-events.ts';
import { RedriveWorld } from './redrive-world.ts';

const RECORDS = [
  recordAt(11, visit(1)),
  recordAt(12, '{"broken'),
  recordAt(13, visit(3)),
  recordAt(14, visit(1)),
];

describe('redrive', () => {
  it('fault 25: lands a discarded batch as the consumer would have landed it', async () => {
    const [world, untroubled] = [new RedriveWorld(), new RedriveWorld()];
    await untroubled.land(RECORDS);
    const failure = await world.discard(RECORDS);

    const report = await world.redrive();

    expect(world.state()).toEqual(untroubled.state());
    expect(report).toEqual({
      redriven: [{ failure, shardId: SHARD, firstSequence: '11', lastSequence: '14', records: 4 }],
      landed: { received: 4, accepted: 2, duplicate: 1, quarantined: 1 },
      remaining: [],
      done: 0,
      passedOver: 0,
      left: 0,
    });
    expect([...world.ledger.stored.values()]).toMatchObject([{ origin: 'stream', recoveredFrom: null }]);
  });

  it('fault 25: a second redrive does nothing, and the mark names the row', async () => {
    const world = new RedriveWorld();
    const failure = await world.discard(RECORDS);
    await world.redrive();
    const before = world.state();
    world.claims.requests.length = 0;

    const report = await world.redrive();

    expect(report).toMatchObject({ redriven: [], done: 1 });
    expect(world.state()).toEqual(before);
    expect(world.claims.requests).toEqual([]);
    const mark = await world.failures.objects.get(`redriven/${failure}.json`);
    expect(JSON.parse(Buffer.from(mark ?? []).toString())).toEqual({
      failure,
      ledger_ids: [...world.ledger.stored.keys()],
      received: 4,
      accepted: 2,
      duplicate: 1,
      quarantined: 1,
    });
  });

  it('fault 12: after a crash before the mark the batch finds its own row, and counts nothing twice', async () => {
    const world = new RedriveWorld();
    await world.discard(RECORDS);
    const { putIfAbsent } = world.failures.objects;
    world.failures.objects.putIfAbsent = async () => {
      throw new Error('crash');
    };
    await expect(world.redrive()).rejects.toThrow('crash');
    const before = world.state();
    world.failures.objects.putIfAbsent = putIfAbsent;

    const report = await world.redrive();

    expect(report.redriven).toHaveLength(1);
    expect(report.landed).toEqual({ received: 0, accepted: 0, duplicate: 0, quarantined: 0 });
    expect(world.state()).toEqual(before);
  });

  it.each([1, 2, 3])(
    'fault 34: after a crash between objects, at the %d., it lands the rest',
    async (crashAt) => {
      const [world, untroubled] = [new RedriveWorld(), new RedriveWorld()];
      await untroubled.land(RECORDS);
      await world.discard(RECORDS);
      const { putIfAbsent } = world.objects;
      let puts = 0;
      world.objects.putIfAbsent = async (key, body) => {
        puts += 1;
        if (puts === crashAt) throw new Error('crash');
        return putIfAbsent.call(world.objects, key, body);
      };

      await expect(world.redrive()).rejects.toThrow('crash');
      expect(world.ledger.stored.size).toBe(0);
      world.objects.putIfAbsent = putIfAbsent;
      await world.redrive();

      expect(world.objects.keys()).toEqual(untroubled.objects.keys());
      expect([...world.ledger.stored]).toEqual([...untroubled.ledger.stored]);
      expect(world.objects.rewrites).toEqual([]);
    },
  );

  it('fault 25: any subset in any order loses nothing and lands nothing twice', async () => {
    const batches = [0, 1, 2, 3].map((batch) =>
      [0, 1, 2].map((n) => recordAt(batch * 10 + n + 1, n === 2 ? visit(0) : visit(batch * 2 + n))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3]),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        async (landedFirst, isTwice) => {
          const world = new RedriveWorld();
          for (const place of landedFirst) await world.land(batches[place] ?? []);
          for (const [place, records] of batches.entries()) {
            if (!landedFirst.includes(place) || isTwice[place] === true) await world.discard(records);
          }

          await world.redrive();

          const accepted = world.lines('raw').map((line) => line.event_id);
          expect(accepted).toHaveLength(new Set(accepted).size);
          expect(new Set(accepted)).toEqual(new Set(Array.from({ length: 8 }, (_, n) => eventId(n))));
          expect(accepted.length + world.lines('duplicates').length).toBe(12);
        },
      ),
      { seed: 25, numRuns: 60 },
    );
  });

  it('a dry run reads and names, and changes nothing', async () => {
    const world = new RedriveWorld();
    await world.discard(RECORDS);
    const before = [...new ConsumerWorld().objects.objects];

    const report = await world.redrive({ isDryRun: true });

    expect(report.redriven).toMatchObject([{ records: 4 }]);
    expect([...world.objects.objects]).toEqual(before);
    expect(await world.redrive()).toMatchObject({ redriven: [{ records: 4 }], done: 0 });
  });

  it('takes only the shard and the time that are asked for', async () => {
    const world = new RedriveWorld();
    const other = 'shardId-000000000001';
    await world.discard([recordAt(1, visit(1))]);
    await world.discard([recordAt(900, visit(2))]);
    await world.discard([recordAt(900, visit(3), { shardId: other })]);

    expect(await world.redrive({ shardId: other })).toMatchObject({
      redriven: [{ shardId: other }],
      passedOver: 2,
    });
    expect(await world.redrive({ sinceMs: ARRIVAL_MS + 900 })).toMatchObject({
      redriven: [{ firstSequence: '900' }],
      done: 1,
      passedOver: 1,
    });
    expect(await world.redrive({ sinceMs: ARRIVAL_MS + 2 })).toMatchObject({ redriven: [], passedOver: 1 });
  });

  it('fault 13: begins no batch with too little time, and goes on when called again', async () => {
    const world = new RedriveWorld();
    for (const n of [1, 2, 3]) await world.discard([recordAt(n, visit(n))]);
    let remainingMs = 300;
    const budget = { remainingMs: () => (remainingMs -= 100), marginMs: 100 };

    const report = await world.redrive({ budget });

    expect(report).toMatchObject({ redriven: [{}], left: 2 });
    expect(await world.redrive()).toMatchObject({ redriven: [{}, {}], done: 1, left: 0 });
    expect(world.lines('raw')).toHaveLength(3);
  });

  it('fault 14: a batch larger than the bound on memory lands whole, in pieces', async () => {
    const world = new RedriveWorld();
    await world.discard(RECORDS);
    const bytes = RECORDS[0]?.data.length ?? 0;

    await world.redrive({ settings: { ...SETTINGS, maxBatchBytes: bytes + 20 } });

    expect(world.ledger.stored.size).toBeGreaterThan(1);
    expect([...world.ledger.stored.values()].reduce((sum, row) => sum + row.received, 0)).toBe(4);
    expect(await world.redrive()).toMatchObject({ done: 1 });
  });
});

describe('a failure that holds positions only', () => {
  it('fault 25: is read from the stream again', async () => {
    const [world, untroubled] = [new RedriveWorld(), new RedriveWorld()];
    await untroubled.land(RECORDS);
    await world.discardPositions(RECORDS);
    world.stream.records = [recordAt(10, visit(9)), ...RECORDS, recordAt(15, visit(8))];

    const report = await world.redrive();

    expect(report.redriven).toMatchObject([{ firstSequence: '11', lastSequence: '14', records: 4 }]);
    expect(world.lines('raw')).toEqual(untroubled.lines('raw'));
    expect(world.lines('duplicates')).toEqual(untroubled.lines('duplicates'));
    expect(await world.redrive()).toMatchObject({ done: 1 });
  });

  it('fault 24: lands what is left of it and stays, when records have left the stream', async () => {
    const world = new RedriveWorld();
    const failure = await world.discardPositions(RECORDS);
    world.stream.records = RECORDS.slice(2);

    const problem = 'holds positions only, and 2 of its 4 records have left the stream';
    expect(await world.redrive()).toMatchObject({ redriven: [], remaining: [{ failure, problem }] });
    expect(await world.redrive()).toMatchObject({ redriven: [], remaining: [{ failure, problem }], done: 0 });
    expect(world.lines('raw')).toHaveLength(2);
    expect(world.ledger.stored.size).toBe(1);
  });
});
