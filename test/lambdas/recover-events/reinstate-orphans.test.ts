import { describe, expect, it } from 'vitest';
import { ledgerTotals } from '../../../lambdas/domain/ledger-totals.ts';
import type { OrphanCopy } from '../../../lambdas/recover-events/reinstate-orphans.ts';
import { eventId, recordAt, SHARD, visit } from '../consume-events/consumer-world.ts';
import { RecoveryWorld } from './recovery-world.ts';

const OTHER = 'shardId-000000000001';

/** Two ids whose holder claimed them and never landed; their copies came after it, one of them twice. */
async function orphaned(): Promise<{ world: RecoveryWorld; orphans: readonly OrphanCopy[] }> {
  const world = new RecoveryWorld();
  const { putIfAbsent } = world.objects;
  world.objects.putIfAbsent = async () => {
    throw new Error('crash');
  };
  const lost = [recordAt(1, visit(1)), recordAt(2, visit(2))];
  await expect(world.land(lost)).rejects.toThrow('crash');
  world.objects.putIfAbsent = putIfAbsent;
  await world.land([recordAt(5, visit(1)), recordAt(6, visit(2)), recordAt(7, visit(7))]);
  await world.land([recordAt(8, visit(1), { shardId: OTHER })]);
  const objectKey = world.objects.keys('duplicates/').find((key) => key.includes(SHARD)) ?? '';
  const orphans = [1, 2].map((n) => ({ eventId: eventId(n), objectKey, coordinates: `${SHARD}#${n + 4}` }));
  return { world, orphans };
}

describe('reinstate', () => {
  it('fault 11: lands one copy of an event whose claim holder never landed', async () => {
    const { world, orphans } = await orphaned();

    const report = await world.reinstate(orphans);

    expect(report).toEqual({ reinstated: orphans, landedSince: 0, refused: 0, remaining: [] });
    expect(world.lines('raw').filter((line) => line.event_id !== eventId(7))).toMatchObject([
      {
        _arrival_time: '2026-01-31T10:15:00.128Z',
        _sequence_number: '5',
        event_id: eventId(1),
        page_path: '/',
      },
      { _sequence_number: '6', event_id: eventId(2) },
    ]);
    expect(world.lines('raw').some((line) => '_owner' in line)).toBe(false);
    expect(world.recoveries()).toMatchObject([
      {
        origin: 'reinstate',
        recoveredFrom: orphans[0]?.objectKey,
        received: 2,
        accepted: 2,
        duplicate: 0,
        quarantined: 0,
        dedupBypassed: 0,
      },
    ]);
    expect(world.recoveries()[0]?.ledgerId).toMatch(/^reinstate\/shardId-000000000000\/5-6-2-/);
  });

  it('lands the very line that the copy would have been, had it been first', async () => {
    const { world, orphans } = await orphaned();
    const untroubled = new RecoveryWorld();
    await untroubled.land([recordAt(5, visit(1)), recordAt(6, visit(2))]);

    await world.reinstate(orphans);

    const raw = world.objects.keys('raw/').map((key) => Buffer.from(world.objects.objects.get(key) ?? []));
    const expected = untroubled.objects.objects.get(untroubled.keyIn('raw/')) ?? expect.unreachable();
    expect(raw).toContainEqual(Buffer.from(expected));
  });

  it('adds nothing the second time, before any run has looked', async () => {
    const { world, orphans } = await orphaned();
    await world.reinstate(orphans);
    const before = world.state();

    expect(await world.reinstate(orphans)).toMatchObject({ reinstated: [], landedSince: 2 });
    expect(world.state()).toEqual(before);
  });

  it('leaves an id whose holder has landed since the tables were built', async () => {
    const { world, orphans } = await orphaned();
    await world.land([recordAt(1, visit(1)), recordAt(2, visit(2))]);

    expect(await world.reinstate(orphans)).toMatchObject({ reinstated: [], landedSince: 2 });
    expect(world.recoveries()).toEqual([]);
  });

  it('a dry run names the copies and lands none', async () => {
    const { world, orphans } = await orphaned();
    const before = world.state();

    expect(await world.reinstate(orphans, true)).toMatchObject({ reinstated: orphans });
    expect(world.state()).toEqual(before);
  });

  it('fault 12: after a crash before the row it finds its own object', async () => {
    const { world, orphans } = await orphaned();
    const { append } = world.ledger;
    world.ledger.append = async () => {
      throw new Error('crash');
    };
    await expect(world.reinstate(orphans)).rejects.toThrow('crash');
    const keys = world.objects.keys();
    world.ledger.append = append;

    await world.reinstate(orphans);

    expect(world.objects.keys()).toEqual(keys);
    expect(world.objects.rewrites).toEqual([]);
  });

  it('keeps the place in an aggregated record', async () => {
    const world = new RecoveryWorld();
    world.claims.claims.set(eventId(2), {
      owner: 'gone#1',
      digest: '',
      expiresAtMs: Number.MAX_SAFE_INTEGER,
    });
    const lines = [visit(1), visit(2)].map((each) => JSON.stringify(each)).join('\n');
    const same = new RecoveryWorld();
    await same.land([recordAt(3, JSON.stringify(visit(2)))]);
    const digest = same.claims.claims.get(eventId(2))?.digest ?? '';
    world.claims.claims.set(eventId(2), { owner: 'gone#1', digest, expiresAtMs: Number.MAX_SAFE_INTEGER });
    await world.land([recordAt(9, lines)]);
    const objectKey = world.keyIn('duplicates/');

    await world.reinstate([{ eventId: eventId(2), objectKey, coordinates: `${SHARD}#9#1` }]);

    expect(
      world
        .lines('raw')
        .map((line) => [line._record_index, line.event_id])
        .sort(),
    ).toEqual([
      ['0', eventId(1)],
      ['1', eventId(2)],
    ]);
  });

  it('fault 35: a duplicates object that is broken, foreign or without the copy is named', async () => {
    const { world, orphans } = await orphaned();
    const [first] = orphans;
    const objectKey = first?.objectKey ?? '';
    const absent = { eventId: eventId(99), objectKey, coordinates: `${SHARD}#99` };
    const foreign = { eventId: eventId(98), objectKey: 'duplicates/events/x', coordinates: `${SHARD}#98` };

    expect((await world.reinstate([absent, foreign])).remaining).toMatchObject([
      { objectKey, problem: 'lacks 1 of the copies that the tables name' },
      { objectKey: 'duplicates/events/x', problem: /no object that the ledger names/ },
    ]);
    world.spoil(objectKey);
    expect(await world.reinstate(orphans)).toMatchObject({ reinstated: [], remaining: [{ objectKey }] });
    expect(world.recoveries()).toEqual([]);
  });
});

describe('reinstate of an id whose copies bear other content than its lost holder', () => {
  const other = (n: number, page: string) => visit(n, { page_path: page });

  /** The holder of id 1 claims it and never lands; two copies of other contents come, beside an ordinary event. */
  async function conflicting(): Promise<{ world: RecoveryWorld; orphans: readonly OrphanCopy[] }> {
    const world = new RecoveryWorld();
    const { putIfAbsent } = world.objects;
    world.objects.putIfAbsent = async () => {
      throw new Error('crash');
    };
    await expect(world.land([recordAt(1, visit(1))])).rejects.toThrow('crash');
    world.objects.putIfAbsent = putIfAbsent;
    await world.land([recordAt(5, other(1, '/a')), recordAt(6, other(1, '/b')), recordAt(7, visit(7))]);
    const objectKey = world.keyIn('quarantine/');
    return { world, orphans: [{ eventId: eventId(1), objectKey, coordinates: `${SHARD}#5` }] };
  }

  const totalsOf = (world: RecoveryWorld) => ledgerTotals([...world.ledger.stored.values()]);

  it('fault 5: lands the copy that is named, out of quarantine, as a replay does; the other stays', async () => {
    const { world, orphans } = await conflicting();

    const report = await world.reinstate(orphans);

    expect(report).toEqual({ reinstated: orphans, landedSince: 0, refused: 0, remaining: [] });
    expect(world.lines('raw').filter((line) => line.event_id === eventId(1))).toMatchObject([
      { _arrival_time: '2026-01-31T10:15:00.128Z', _sequence_number: '5', page_path: '/a' },
    ]);
    expect(world.recoveries()).toMatchObject([
      { origin: 'replay', recoveredFrom: orphans[0]?.objectKey, received: 1, accepted: 1, quarantined: 0 },
    ]);
    expect(totalsOf(world)).toMatchObject({
      received: 3,
      accepted: 2,
      duplicate: 0,
      quarantined: 1,
      quarantineReasons: { id_conflict: 2 },
      replayed: 1,
      reinstated: 0,
    });
  });

  it('lands the very line that the copy would have been, had it been first', async () => {
    const { world, orphans } = await conflicting();
    const untroubled = new RecoveryWorld();
    await untroubled.land([recordAt(5, other(1, '/a'))]);

    await world.reinstate(orphans);

    const raw = world.objects.keys('raw/').map((key) => Buffer.from(world.objects.objects.get(key) ?? []));
    expect(raw).toContainEqual(Buffer.from(untroubled.objects.objects.get(untroubled.keyIn('raw/')) ?? []));
  });

  it('adds nothing the second time, nor does a replay of the conflicts', async () => {
    const { world, orphans } = await conflicting();
    await world.reinstate(orphans);
    const before = world.state();

    expect(await world.reinstate(orphans)).toMatchObject({ reinstated: [], landedSince: 1 });
    expect(await world.replay()).toMatchObject({
      accepted: 0,
      duplicate: 0,
      done: 1,
      refused: { id_conflict: 1 },
    });
    expect(world.state()).toEqual(before);
  });

  it('leaves a conflict that a replay has landed as a duplicate since', async () => {
    const { world, orphans } = await conflicting();
    const same = new RecoveryWorld();
    await same.land([recordAt(5, other(1, '/a'))]);
    const digest = same.claims.claims.get(eventId(1))?.digest ?? '';
    const claim = world.claims.claims.get(eventId(1)) ?? expect.unreachable();
    world.claims.claims.set(eventId(1), { ...claim, digest });
    expect(await world.replay()).toMatchObject({ accepted: 0, duplicate: 1 });
    const before = world.state();

    expect(await world.reinstate(orphans)).toMatchObject({ reinstated: [], landedSince: 1 });
    expect(world.state()).toEqual(before);
    const [inDuplicates] = world.objects.keys('duplicates/');
    const found = orphans.map((copy) => ({ ...copy, objectKey: inDuplicates ?? '' }));
    expect(await world.reinstate(found)).toMatchObject({ reinstated: found });
    expect(totalsOf(world)).toMatchObject({ received: 3, accepted: 2, duplicate: 0, quarantined: 1 });
  });

  it('lands nothing that stands in quarantine for its contract', async () => {
    const world = new RecoveryWorld();
    await world.land([recordAt(5, visit(1, { event_type: 'wishlist' }))]);
    const orphan = { eventId: eventId(1), objectKey: world.keyIn('quarantine/'), coordinates: `${SHARD}#5` };

    expect(await world.reinstate([orphan])).toMatchObject({ reinstated: [], refused: 1 });
    expect(world.recoveries()).toEqual([]);
  });
});
