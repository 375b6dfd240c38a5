import { describe, expect, it } from 'vitest';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { recordAt, SETTINGS, SHARD, visit } from '../consume-events/consumer-world.ts';
import { utf8 } from '../domain/events/sample-events.ts';
import { mended, RecoveryWorld, renaming, wish } from './recovery-world.ts';

describe('a quarantine object that is broken', () => {
  it.each([
    ['turned bytes', (world: RecoveryWorld, key: string) => world.spoil(key)],
    ['a missing one', (world: RecoveryWorld, key: string) => world.objects.objects.delete(key)],
    [
      'lines of another batch',
      (world: RecoveryWorld, key: string) => {
        const other = world.objects.keys('quarantine/').find((each) => each !== key) ?? '';
        world.objects.objects.set(key, world.objects.objects.get(other) ?? new Uint8Array());
      },
    ],
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
