import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { eventId, recordAt, SETTINGS, SHARD, visit } from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS, sample, utf8 } from '../domain/events/sample-events.ts';
import { RecoveryWorld, renaming } from './recovery-world.ts';

const HOUR_MS = 3_600_000;
const wish = (n: number, changes = {}) => visit(n, { event_type: 'wishlist', ...changes });

/** A batch with two events of a type that the contract of its day did not know. */
async function drifted(): Promise<RecoveryWorld> {
  const world = new RecoveryWorld();
  await world.land([
    recordAt(1, visit(1)),
    recordAt(2, wish(2)),
    recordAt(3, '{"broken'),
    recordAt(4, wish(4)),
    recordAt(5, visit(5)),
  ]);
  return world;
}

async function mended(): Promise<RecoveryWorld> {
  const world = await drifted();
  world.check = renaming('wishlist', 'page_view');
  return world;
}

describe('replay of quarantine', () => {
  it('fault 41: after a new contract the same bytes land with their coordinates and arrival', async () => {
    const world = await mended();
    const quarantine = world.keyIn('quarantine/');

    const report = await world.replay();

    expect(report).toEqual({
      objects: 1,
      passed: 2,
      accepted: 2,
      duplicate: 0,
      refused: { not_json: 1 },
      done: 0,
      remaining: [],
    });
    expect(world.lines('raw')).toMatchObject([
      { _sequence_number: '1' },
      { _sequence_number: '5' },
      {
        _sequence_number: '2',
        _arrival_time: '2026-01-31T10:15:00.125Z',
        event_id: eventId(2),
        event_type: 'wishlist',
      },
      { _sequence_number: '4', _shard_id: SHARD, event_id: eventId(4) },
    ]);
    expect(world.recoveries()).toMatchObject([
      {
        source: 'events',
        origin: 'replay',
        recoveredFrom: quarantine,
        shardId: SHARD,
        firstSequence: '2',
        lastSequence: '4',
        received: 2,
        accepted: 2,
        quarantined: 0,
        stagedBy: null,
      },
    ]);
    expect(world.recoveries()[0]?.ledgerId).toMatch(/^replay\/shardId-000000000000\/2-4-2-[0-9a-f]{16}$/);
  });

  it('fault 41: replaying twice adds nothing, and what is bad stays where it is', async () => {
    const world = await mended();
    const quarantine = [...world.objects.objects].filter(([key]) => key.startsWith('quarantine/'));
    await world.replay();
    const before = world.state();

    const report = await world.replay();

    expect(report).toMatchObject({ accepted: 0, refused: { not_json: 1 }, done: 2 });
    expect(world.state()).toEqual(before);
    expect([...world.objects.objects].filter(([key]) => key.startsWith('quarantine/'))).toEqual(quarantine);
  });

  it('without a fix it lands nothing, and says of what reason each is', async () => {
    const world = await drifted();
    const before = world.state();

    expect(await world.replay()).toMatchObject({ passed: 0, refused: { unknown_type: 2, not_json: 1 } });
    expect(world.state()).toEqual(before);
  });

  it('fault 8: an event refused for its time stays refused, whenever it is replayed', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1, { event_time: '1970-01-01T00:00:00Z' })), recordAt(2, visit(2))]);
    const { now } = Date;
    Date.now = () => 0;

    const report = await world.replay().finally(() => {
      Date.now = now;
    });

    expect(report).toMatchObject({ passed: 0, refused: { clock_skew: 1 } });
  });

  it('leaves the checkpoint where the stream has brought it', async () => {
    const world = await mended();
    const before = await world.ledger.checkpoints();

    await world.replay();

    expect(await world.ledger.checkpoints()).toEqual(before);
    expect(before).toMatchObject([{ sequence: '5' }]);
  });

  it('fault 12: after a crash before the row it finds its own object', async () => {
    const world = await mended();
    const { append } = world.ledger;
    world.ledger.append = async () => {
      throw new Error('crash');
    };
    await expect(world.replay()).rejects.toThrow('crash');
    const keys = world.objects.keys();
    world.ledger.append = append;

    await world.replay();

    expect(world.objects.keys()).toEqual(keys);
    expect(world.objects.rewrites).toEqual([]);
    expect(world.recoveries()).toHaveLength(1);
  });

  it('a dry run checks, and neither claims nor lands', async () => {
    const world = await mended();
    const before = world.state();
    world.claims.requests.length = 0;

    expect(await world.replay({ isDryRun: true })).toMatchObject({
      passed: 2,
      accepted: 0,
      refused: { not_json: 1 },
    });
    expect(world.state()).toEqual(before);
    expect(world.claims.requests).toEqual([]);
  });

  it('takes only the reason and the time that are asked for; the rest can follow', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, wish(1)), recordAt(2, wish(2, { schema_version: 2 }))]);
    await world.land([recordAt(10, wish(10), { arrivalTimeMs: ARRIVAL_MS + HOUR_MS })]);
    world.check = renaming('wishlist', 'page_view');

    expect(await world.replay({ reason: 'unknown_version' })).toMatchObject({ objects: 0, passed: 0 });
    expect(await world.replay({ sinceMs: ARRIVAL_MS + HOUR_MS })).toMatchObject({ objects: 1, accepted: 1 });
    expect(await world.replay()).toMatchObject({ accepted: 1, refused: { unknown_version: 1 }, done: 1 });
  });

  it('decodes base64 to the very bytes', async () => {
    const world = new RecoveryWorld();
    const bytes = Uint8Array.of(0xff, 0, 0xfe, 0x7b);
    await world.land([
      recordAt(1, bytes),
      recordAt(2, `\ufeff${JSON.stringify(visit(2))}`),
      recordAt(3, '\t{"é":"\ud83d\ude00"'),
    ]);
    const seen: Uint8Array[] = [];
    const { check } = world;
    world.check = (data, arrivalTimeMs) => {
      seen.push(data);
      return check(data, arrivalTimeMs);
    };

    await world.replay();

    expect(seen.map((data) => Buffer.from(data))).toEqual([
      Buffer.from(bytes),
      Buffer.from(utf8(`\ufeff${JSON.stringify(visit(2))}`)),
      Buffer.from(utf8('\t{"é":"\ud83d\ude00"')),
    ]);
  });

  it('fault 44: quarantine holds a record of any size whole, so nothing is ever taken from elsewhere', async () => {
    const world = new RecoveryWorld();
    const large = new Uint8Array(3_000_000).fill(0x20);
    await world.land([recordAt(1, large)]);
    let bytes = 0;
    const { check } = world;
    world.check = (data, arrivalTimeMs) => {
      bytes = data.length;
      return check(data, arrivalTimeMs);
    };

    expect(await world.replay()).toMatchObject({ refused: { too_large: 1 } });
    expect(bytes).toBe(large.length);
  });

  it('keeps the place in an aggregated record', async () => {
    const world = new RecoveryWorld();
    await world.land([
      recordAt(7, [visit(1), wish(2), visit(3)].map((each) => JSON.stringify(each)).join('\n')),
    ]);
    world.check = renaming('wishlist', 'page_view');

    await world.replay();

    const places = world.lines('raw').map((line) => [line._record_index, line.event_id]);
    expect(places.sort()).toEqual([
      ['0', eventId(1)],
      ['1', eventId(2)],
      ['2', eventId(3)],
    ]);
    expect([...world.claims.claims.values()].map(({ owner }) => owner)).toContain(`${SHARD}#7#1`);
    expect(await world.replay()).toMatchObject({ done: 1 });
  });

  it('a record that would now be several events stays: one was received', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, '[[\n]]x')]);
    const [event] = world.check(utf8(JSON.stringify(sample('page_view'))), ARRIVAL_MS);
    world.check = () => (event === undefined ? [] : [event, event]);

    expect(await world.replay()).toMatchObject({ passed: 0, refused: { several_events: 1 } });
  });
});

describe('claims in a replay', () => {
  it('fault 4: of two copies the first is accepted, the other goes to duplicates', async () => {
    const world = await mended();
    await world.land([recordAt(20, wish(2))]);

    const report = await world.replay();

    expect(report).toMatchObject({ objects: 2, accepted: 2, duplicate: 1 });
    expect(world.lines('duplicates')).toMatchObject([{ _sequence_number: '20', _owner: `${SHARD}#2` }]);
    expect(world.recoveries()).toMatchObject([
      { received: 2, accepted: 2, duplicate: 0 },
      { received: 1, accepted: 0, duplicate: 1, quarantined: 0 },
    ]);
  });

  it('fault 5: one whose id another content holds is a conflict, counted and not landed', async () => {
    const world = await mended();
    await world.land([recordAt(20, visit(2, { page_path: '/other' }))]);

    expect(await world.replay()).toMatchObject({ accepted: 1, refused: { not_json: 1, id_conflict: 1 } });
    expect(world.lines('raw').filter((line) => line.event_id === eventId(2))).toHaveLength(1);
    expect(world.lines('quarantine')).toHaveLength(3);
  });

  it("fault 21: a conflict stays a conflict when its holder's claim has long been forgotten", async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1)), recordAt(2, visit(1, { page_path: '/other' }))]);
    world.claims.claims.clear();
    const before = [...world.ledger.stored.keys()];
    expect(await world.replay({ isDryRun: true })).toMatchObject({ passed: 0, refused: { id_conflict: 1 } });

    expect(await world.replay()).toMatchObject({ passed: 0, refused: { id_conflict: 1 } });
    expect([...world.ledger.stored.keys()]).toEqual(before);
  });

  it('fault 5: a conflict by a digest that was wrong becomes a duplicate', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1))]);
    const claim = world.claims.claims.get(eventId(1)) ?? expect.unreachable();
    world.claims.claims.set(eventId(1), { ...claim, digest: 'of a version with a fault' });
    await world.land([recordAt(2, visit(1))]);
    world.claims.claims.set(eventId(1), claim);

    expect(await world.replay()).toMatchObject({ accepted: 0, duplicate: 1, refused: {} });
    expect(await world.replay()).toMatchObject({ duplicate: 0, done: 1 });
  });

  it('fault 19: with the claims down it lands all the same, and the row says so', async () => {
    const world = await mended();
    world.claims.outage = () => true;

    expect(await world.replay()).toMatchObject({ accepted: 2 });
    expect(world.recoveries()).toMatchObject([{ dedupBypassed: 2 }]);
  });
});

describe('quarantine of batches that were cut anew', () => {
  const RECORDS = [1, 2, 3, 4, 5, 6].map((n) => recordAt(n, n % 2 === 0 ? wish(n) : visit(n)));

  it('fault 23: a record in several quarantine objects is replayed once', async () => {
    const world = new RecoveryWorld();
    await world.land(RECORDS.slice(0, 4));
    await world.land(RECORDS.slice(1, 6));
    world.check = renaming('wishlist', 'page_view');

    const report = await world.replay();

    expect(report).toMatchObject({ objects: 2, accepted: 3, done: 2 });
    expect(await world.replay()).toMatchObject({ accepted: 0, done: 5 });
  });

  it('fault 23: one that an overlapping batch accepted already is not replayed', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, visit(1)), recordAt(2, wish(2))]);
    await world.land([recordAt(2, visit(2)), recordAt(3, visit(3))]);
    world.check = renaming('wishlist', 'page_view');

    expect(await world.replay()).toMatchObject({ accepted: 0, done: 1 });
  });

  it('replay in any parts, in any order, however often, is replay once', async () => {
    const records = Array.from({ length: 24 }, (_, n) =>
      recordAt(n + 1, n % 3 === 0 ? wish(n) : n % 5 === 0 ? 'bad' : visit(n), {
        arrivalTimeMs: ARRIVAL_MS + n * 10 * 60_000,
      }),
    );
    const part = fc.record({
      reason: fc.constantFrom(null, 'unknown_type', 'not_json'),
      sinceMs: fc.constantFrom(null, ARRIVAL_MS + HOUR_MS, ARRIVAL_MS + 2 * HOUR_MS),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 4 });
    const once = new RecoveryWorld();
    await once.land(records);
    once.check = renaming('wishlist', 'page_view');
    await once.replay();
    const places = (world: RecoveryWorld) =>
      [...new Set(world.lines('raw').map((line) => Number(line._sequence_number)))].sort((a, b) => a - b);

    await fc.assert(
      fc.asyncProperty(cuts, fc.array(part, { maxLength: 4 }), async (ends, parts) => {
        const world = new RecoveryWorld();
        for (const end of [...ends, 24].sort((a, b) => a - b))
          await world.land(records.slice(Math.max(0, end - 10), end));
        for (const end of [8, 16, 24]) await world.land(records.slice(end - 8, end));
        world.check = renaming('wishlist', 'page_view');

        for (const options of [...parts, {}, {}]) await world.replay(options);

        expect(places(world)).toEqual(places(once));
        const recovered = world.recoveries().reduce((sum, row) => sum + row.accepted + row.duplicate, 0);
        expect(recovered).toBe(8);
        expect(world.objects.rewrites).toEqual([]);
      }),
      { seed: 41, numRuns: 20 },
    );
  });
});

describe('a quarantine object that is broken', () => {
  it.each([
    ['turned bytes', (world: RecoveryWorld, key: string) => world.spoil(key)],
    ['a missing one', (world: RecoveryWorld, key: string) => world.objects.objects.delete(key)],
    [
      'other lines',
      (world: RecoveryWorld, key: string) =>
        world.objects.objects.set(key, SETTINGS.compression.compress(utf8('{"_arrival_time":"x"}\n'))),
    ],
  ])('fault 35: %s: it is named, the others are replayed', async (_, harm) => {
    const world = await mended();
    const broken = world.keyIn('quarantine/');
    await world.land([recordAt(10, wish(10))]);
    harm(world, broken);

    const report = await world.replay();

    expect(report).toMatchObject({ accepted: 1, remaining: [{ objectKey: broken }] });
  });

  it('fault 35: one that was rebuilt is replayed from there', async () => {
    const world = await mended();
    const key = world.keyIn('quarantine/');
    world.stream.records = [1, 2, 3, 4, 5].map((n) =>
      recordAt(n, n === 3 ? '{"broken' : n % 2 === 0 ? wish(n) : visit(n)),
    );
    world.spoil(key);
    await world.rebuild(key);

    expect(await world.replay()).toMatchObject({ accepted: 2, remaining: [] });
    expect(world.recoveries()).toMatchObject([{ recoveredFrom: key }]);
  });

  it.each(['gzip', 'zstd'] as const)('reads objects of %s', async (codec) => {
    const world = new RecoveryWorld();
    const compression = openCompression({ codec, level: 1 });
    await world.consume({ shardId: SHARD, records: [recordAt(1, wish(1))] }, { ...SETTINGS, compression });
    world.check = renaming('wishlist', 'page_view');

    expect(await world.replay()).toMatchObject({ accepted: 1 });
  });

  it('fault 56: a replay says nothing of what it reads', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(1, wish(1, { user_id: 'canary-4711' })), recordAt(2, '{"canary-4711"')]);
    world.check = renaming('wishlist', 'page_view');

    const report = await world.replay();

    expect(report.accepted).toBe(1);
    expect(JSON.stringify([report, world.telemetry.lines])).not.toContain('canary');
  });
});
