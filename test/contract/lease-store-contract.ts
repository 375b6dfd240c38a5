import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { Lease, LeaseStore } from '../../lambdas/ports/lease-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import type { Subject } from './subject.ts';

const START_MS = Date.UTC(2026, 0, 1);
const TTL_MS = 60_000;

/** What any LeaseStore must do. `make` gives a fresh, empty store that reads the given clock. */
export function leaseStoreContract(name: string, make: (clock: Clock) => Promise<Subject<LeaseStore>>): void {
  describe(`lease store: ${name}`, () => {
    let clock: ManualClock;
    let subject: Subject<LeaseStore>;
    let store: LeaseStore;
    let rival: LeaseStore;

    beforeEach(async () => {
      clock = new ManualClock(START_MS);
      subject = await make(clock);
      store = await subject.open();
      rival = await subject.open();
    });
    afterEach(() => subject.close());

    async function acquired(by: LeaseStore, holder: string): Promise<Lease> {
      const answer = await by.acquire('run', holder, TTL_MS);
      expect(answer.kind).toBe('acquired');
      return answer.lease;
    }

    it('a free lease is acquired until now plus its time to live', async () => {
      expect(await acquired(store, 'one')).toMatchObject({
        name: 'run',
        holder: 'one',
        expiresAtMs: START_MS + TTL_MS,
      });
    });

    it('fault 37: a second holder is told who holds it', async () => {
      const lease = await acquired(store, 'one');

      expect(await rival.acquire('run', 'two', TTL_MS)).toEqual({ kind: 'held', lease });
    });

    it('fault 37: of two holders at once, exactly one acquires it', async () => {
      const answers = await Promise.all([
        store.acquire('run', 'one', TTL_MS),
        rival.acquire('run', 'two', TTL_MS),
      ]);

      expect(answers.map((answer) => answer.kind).sort()).toEqual(['acquired', 'held']);
    });

    it('leases of different names do not touch each other', async () => {
      await acquired(store, 'one');

      expect((await rival.acquire('export', 'two', TTL_MS)).kind).toBe('acquired');
    });

    it('its own holder acquires it again, extended, with the same fence', async () => {
      const first = await acquired(store, 'one');
      clock.advance(1_000);

      const again = await acquired(store, 'one');

      expect(again).toEqual({ ...first, expiresAtMs: first.expiresAtMs + 1_000 });
    });

    it('fault 37: it is held until its last millisecond and free from its expiry on, with a higher fence', async () => {
      const first = await acquired(store, 'one');
      clock.advance(TTL_MS - 1);
      expect((await rival.acquire('run', 'two', TTL_MS)).kind).toBe('held');
      clock.advance(1);

      const second = await acquired(rival, 'two');

      expect(second.fence).toBeGreaterThan(first.fence);
    });

    it('renewing extends it', async () => {
      const lease = await acquired(store, 'one');
      clock.advance(TTL_MS / 2);

      expect(await store.renew(lease, TTL_MS)).toBe(true);
      clock.advance(TTL_MS - 1);
      expect((await rival.acquire('run', 'two', TTL_MS)).kind).toBe('held');
    });

    it('a holder that stalled past its expiry may go on while nobody took over', async () => {
      const lease = await acquired(store, 'one');
      clock.advance(TTL_MS + 1);

      expect(await store.renew(lease, TTL_MS)).toBe(true);
      expect((await rival.acquire('run', 'two', TTL_MS)).kind).toBe('held');
    });

    it('fault 37: a holder that was taken over can neither renew nor release the new one', async () => {
      const old = await acquired(store, 'one');
      clock.advance(TTL_MS + 1);
      const current = await acquired(rival, 'two');

      expect(await store.renew(old, TTL_MS)).toBe(false);
      await store.release(old);
      expect(await store.acquire('run', 'one', TTL_MS)).toEqual({ kind: 'held', lease: current });
    });

    it('a released lease is free at once, and the fence goes on rising', async () => {
      const first = await acquired(store, 'one');
      await store.release(first);

      const second = await acquired(rival, 'two');

      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await store.renew(first, TTL_MS)).toBe(false);
    });

    it('fault 37: of a stalled holder that renews and a rival that takes over at once, exactly one holds it', async () => {
      const stalled = await acquired(store, 'one');
      clock.advance(TTL_MS + 1);

      const [isRenewed, answer] = await Promise.all([
        store.renew(stalled, TTL_MS),
        rival.acquire('run', 'two', TTL_MS),
      ]);

      expect(isRenewed).toBe(answer.kind === 'held');
      expect((await store.acquire('run', 'three', TTL_MS)).lease.holder).toBe(isRenewed ? 'one' : 'two');
    });

    it('fault 37: of many that take an expired lease at once, exactly one does, with the next fence', async () => {
      const { fence } = await acquired(store, 'old');
      clock.advance(TTL_MS);

      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          (index % 2 === 0 ? store : rival).acquire('run', `holder ${index}`, TTL_MS),
        ),
      );

      const winners = answers.filter(({ kind }) => kind === 'acquired');
      expect(winners.map(({ lease }) => lease.fence)).toEqual([fence + 1]);
      expect(new Set(answers.map(({ lease }) => lease.holder)).size).toBe(1);
    });

    it('fences rise from holder to holder, whether a lease was given back or has expired', async () => {
      const fences: number[] = [];
      for (let turn = 0; turn < 6; turn += 1) {
        const lease = await acquired(turn % 2 === 0 ? store : rival, `holder ${turn}`);
        fences.push(lease.fence);
        if (turn % 3 === 0) await store.release(lease);
        else clock.advance(TTL_MS);
      }

      expect([...new Set(fences)].sort((left, right) => left - right)).toEqual(fences);
    });

    it('releasing twice does nothing', async () => {
      const lease = await acquired(store, 'one');
      await store.release(lease);
      await store.release(lease);

      expect((await rival.acquire('run', 'two', TTL_MS)).kind).toBe('acquired');
    });
  });
}
