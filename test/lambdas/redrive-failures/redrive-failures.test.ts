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

describe('what is no failure of a stream', () => {
  const KEY = 'aws/lambda/m/shardId-000000000000/2026/01/31/x';
  const info = {
    shardId: SHARD,
    startSequenceNumber: '1',
    endSequenceNumber: '1',
    approximateArrivalOfLastRecord: '2026-01-31T10:15:00.000Z',
    batchSize: 1,
  };
  const failureWith = (changes: Record<string, unknown>) =>
    JSON.stringify({ KinesisBatchInfo: { ...info, ...changes }, payload: '{"Records":[]}' });

  it.each([
    ['nothing', ''],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe)],
    ['half a text', '{"KinesisBatchInfo":'],
    ['null', 'null'],
    ['another document', '{"Records":[]}'],
    ['a payload that is no JSON', JSON.stringify({ KinesisBatchInfo: info, payload: '{"Records":[' })],
    ['a payload without records', JSON.stringify({ KinesisBatchInfo: info, payload: '{"Records":[]}' })],
    ['a shard that leaves the folder', failureWith({ shardId: '../../raw' })],
    ['a shard that no name can hold', failureWith({ shardId: 's'.repeat(200) })],
    ['a sequence that is no number', failureWith({ startSequenceNumber: '1/../2' })],
    ['a time that is none', failureWith({ approximateArrivalOfLastRecord: 'soon' })],
    ['a prototype', '{"__proto__":{"KinesisBatchInfo":{}}}'],
  ])('%s is named, and left', async (_, body) => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, body);
    await world.discard([recordAt(1, visit(1))]);

    const report = await world.redrive();

    expect(report).toMatchObject({ redriven: [{ firstSequence: '1' }], remaining: [{ failure: KEY }] });
    expect(await world.redrive()).toMatchObject({ remaining: [{ failure: KEY }], done: 1 });
    expect(world.lines('raw')).toHaveLength(1);
  });

  it.each([
    ['of another shard', (record: { eventID: string }) => ({ ...record, eventID: 'shardId-9:11' })],
    [
      'without data',
      (record: { kinesis: object }) => ({ ...record, kinesis: { ...record.kinesis, data: null } }),
    ],
    [
      'with other than base64',
      (record: { kinesis: object }) => ({ ...record, kinesis: { ...record.kinesis, data: 'é' } }),
    ],
    [
      'from the year 10000',
      (record: { kinesis: object }) => ({
        ...record,
        kinesis: { ...record.kinesis, approximateArrivalTimestamp: 253_402_300_800 },
      }),
    ],
  ])('a record %s spoils its payload', async (_, spoil) => {
    const world = new RedriveWorld();
    const failure = await world.discardSpoiled(RECORDS, ({ Records: [first, ...rest] }) => ({
      Records: [first === undefined ? first : spoil(first), ...rest],
    }));

    expect(await world.redrive()).toMatchObject({ redriven: [], remaining: [{ failure }] });
    expect(world.objects.keys()).toEqual([]);
  });

  it('a payload that was cut, or is out of order, is left', async () => {
    const world = new RedriveWorld();
    await world.discardSpoiled(RECORDS, ({ Records }) => ({ Records: Records.slice(1) }));
    await world.discardSpoiled(RECORDS.slice(1), ({ Records }) => ({ Records: Records.toReversed() }));

    const { remaining } = await world.redrive();

    expect(remaining.map(({ problem }) => problem)).toEqual([
      'holds records of other positions than it names',
      'holds records whose sequence numbers do not rise',
    ]);
  });

  it('fault 45: a failure larger than any payload is not parsed', async () => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, new Uint8Array(16 * 1_048_576 + 1).fill(0x20));

    expect((await world.redrive()).remaining).toMatchObject([{ problem: /16777217 bytes long/ }]);
  });

  it('fault 56: says nothing of what it holds', async () => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, '{"KinesisBatchInfo":{"shardId":"canary-4711"},"canary-4711":1}');

    const report = await world.redrive();

    expect(JSON.stringify([report, world.telemetry.lines])).not.toContain('canary');
    expect(world.telemetry.counts.get('FailuresRemaining')).toBe(1);
  });
});
