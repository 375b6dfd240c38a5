import { describe, expect, it } from 'vitest';
import { eventId, recordAt, SHARD, visit } from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS, sample, utf8 } from '../domain/events/sample-events.ts';
import { drifted, mended, RecoveryWorld, renaming, wish } from './recovery-world.ts';

const HOUR_MS = 3_600_000;

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
      left: 0,
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

  it.each([1, 2])(
    'fault 34: after a crash between objects, at the %d., it lands the rest',
    async (crashAt) => {
      const worlds = [new RecoveryWorld(), new RecoveryWorld()] as const;
      const [world, untroubled] = worlds;
      for (const each of worlds) {
        await each.land([recordAt(1, wish(1)), recordAt(2, wish(1))]);
        each.check = renaming('wishlist', 'page_view');
      }
      await untroubled.replay();
      const { putIfAbsent } = world.objects;
      let puts = 0;
      world.objects.putIfAbsent = async (key, body) => {
        puts += 1;
        if (puts === crashAt) throw new Error('crash');
        return putIfAbsent.call(world.objects, key, body);
      };

      await expect(world.replay()).rejects.toThrow('crash');
      expect(world.recoveries()).toEqual([]);
      world.objects.putIfAbsent = putIfAbsent;
      await world.replay();

      expect(world.objects.keys()).toEqual(untroubled.objects.keys());
      expect(world.recoveries()).toEqual(untroubled.recoveries());
    },
  );

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
