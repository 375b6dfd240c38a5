import { expect, it } from 'vitest';
import { readRequest, recoverEvents } from '../../../lambdas/recover-events/recover-events.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { MemoryLeaseStore } from '../../fakes/lease-store.ts';
import { recordAt, visit } from '../consume-events/consumer-world.ts';
import { mended, type RecoveryWorld, wish } from './recovery-world.ts';

const LANDING = { CLAIM_TTL_MS: 691_200_000, COMPRESSION_CODEC: 'gzip', COMPRESSION_LEVEL: 1 } as const;
const AMPLE = { remainingMs: () => 900_000, marginMs: 120_000 };

function recovery(world: RecoveryWorld) {
  const leases = new MemoryLeaseStore(new ManualClock(0));
  const deps = { ...world, check: world.check, leases, landing: LANDING };
  const recover = (event: unknown, budget = AMPLE) =>
    recoverEvents(readRequest(event), deps, { holder: 'invocation-1', budget });
  return { leases, recover };
}

it('fault 41: replays quarantine, whole or by reason', async () => {
  const { recover } = recovery(await mended());

  expect(await recover({ recover: 'quarantine', reason: 'not_json' })).toMatchObject({
    kind: 'replayed',
    passed: 0,
    refused: { not_json: 1 },
  });
  expect(await recover({ recover: 'quarantine', since: '2027-01-01' })).toMatchObject({ objects: 0 });
  expect(await recover({ recover: 'quarantine', dryRun: true })).toMatchObject({ passed: 2, accepted: 0 });
  expect(await recover({ recover: 'quarantine' })).toMatchObject({ accepted: 2, left: 0 });
  expect(await recover({ recover: 'quarantine' })).toMatchObject({ accepted: 0, done: 2 });
});

it('fault 35: rebuilds one object, or all that are set aside', async () => {
  const world = await mended();
  const key = world.keyIn('raw/');
  world.stream.records = [1, 2, 3, 4, 5].map((n) =>
    recordAt(n, n === 3 ? '{"broken' : n % 2 === 0 ? wish(n) : visit(n)),
  );
  world.spoil(key);
  const { recover } = recovery(world);

  expect(await recover({ recover: 'objects' })).toEqual({ kind: 'rebuilt', objects: [], left: 0 });
  expect(await recover({ recover: 'objects', key, dryRun: true })).toMatchObject({
    objects: [{ key, outcome: { kind: 'rebuilt' } }],
  });
  await world.ledger.setAside({ objectKey: key, ledgerId: 'l', detail: 'broken', replacementKey: null });
  expect(await recover({ recover: 'objects' })).toMatchObject({
    objects: [{ key, outcome: { kind: 'rebuilt' } }],
  });
  expect(await recover({ recover: 'objects' })).toMatchObject({ objects: [] });
});

it('fault 13: says what is left when the time is up, and goes on when called again', async () => {
  const world = await mended();
  await world.land([recordAt(20, wish(20))]);
  let remainingMs = 300_000;
  const budget = { remainingMs: () => (remainingMs -= 100_000), marginMs: 120_000 };
  const { recover } = recovery(world);

  expect(await recover({ recover: 'quarantine' }, budget)).toMatchObject({ accepted: 2, left: 1 });
  expect(await recover({ recover: 'quarantine' })).toMatchObject({ accepted: 1, done: 2, left: 0 });
  expect(await recover({ recover: 'objects', key: 'raw/x' }, budget)).toEqual({
    kind: 'rebuilt',
    objects: [],
    left: 1,
  });
});

it('fault 37: a second one at the same time does nothing, and the lease is given back after a failure', async () => {
  const world = await mended();
  const { leases, recover } = recovery(world);
  const other = await leases.acquire('recovery', 'invocation-0', 60_000);

  expect(await recover({ recover: 'quarantine' })).toEqual({ kind: 'held', holder: 'invocation-0' });
  expect(world.recoveries()).toEqual([]);
  await leases.release(other.lease);
  const { append } = world.ledger;
  world.ledger.append = async () => {
    throw new Error('crash');
  };
  await expect(recover({ recover: 'quarantine' })).rejects.toThrow('crash');
  world.ledger.append = append;
  expect(await leases.acquire('recovery', 'invocation-2', 60_000)).toMatchObject({ kind: 'acquired' });
});

it.each([
  null,
  {},
  { recover: 'everything' },
  { recover: 'quarantine', reason: 'bad' },
  { recover: 'quarantine', since: 'yesterday' },
  { recover: 'objects', reason: 'not_json' },
  { recover: 'objects', key: '' },
])('refuses %j, and says what is allowed', (event) => {
  expect(() => readRequest(event)).toThrow(/Expected recover \(quarantine/);
});
