import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerTotals } from '../../../lambdas/domain/ledger-totals.ts';
import { eventId, recordAt, SHARD, visit } from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS } from '../domain/events/sample-events.ts';
import { mended, RecoveryWorld, renaming, wish } from './recovery-world.ts';

const HOUR_MS = 3_600_000;

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

  it('fault 5: one whose id another content holds stays in quarantine, as a conflict from now on', async () => {
    const world = await mended();
    await world.land([recordAt(20, visit(2, { page_path: '/other' }))]);

    expect(await world.replay()).toMatchObject({ accepted: 1, refused: { not_json: 1, id_conflict: 1 } });
    expect(world.lines('raw').filter((line) => line.event_id === eventId(2))).toHaveLength(1);
    const found = world.lines('quarantine').filter((line) => line._sequence_number === '2');
    expect(found.map(({ reason }) => reason).sort()).toEqual(['id_conflict', 'unknown_type']);
    expect(world.recoveries()).toMatchObject([{ accepted: 1, quarantineReasons: { id_conflict: 1 } }]);
    const rows = [...world.ledger.stored.values()];
    expect(ledgerTotals(rows)).toMatchObject({ received: 6, accepted: 4, quarantined: 2, replayed: 1 });

    const before = world.state();
    expect(await world.replay()).toMatchObject({
      accepted: 0,
      done: 1,
      refused: { id_conflict: 1, not_json: 1 },
    });
    expect(world.state()).toEqual(before);
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

  it('fault 21: a conflict that is replayed takes no id from its forgotten holder', async () => {
    const world = new RecoveryWorld();
    const holder = recordAt(1, visit(1));
    await world.land([holder, recordAt(2, visit(1, { page_path: '/other' }))]);
    world.claims.claims.clear();
    await world.replay();

    expect(await world.land([holder, recordAt(3, visit(3))])).toMatchObject({ accepted: 2, quarantined: 0 });
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
