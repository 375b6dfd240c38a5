import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { LeaseStore } from '../../lambdas/ports/lease-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { everyOther, sometimes } from './network-faults.ts';
import type { NetworkSubject } from './subject.ts';

const TTL_MS = 60_000;

/** What any LeaseStore behind a network must do when the line is bad. */
export function leaseStoreFaultContract(
  name: string,
  make: (clock: Clock) => Promise<NetworkSubject<LeaseStore>>,
): void {
  describe(`lease store on a bad line: ${name}`, () => {
    let clock: ManualClock;
    let subject: NetworkSubject<LeaseStore>;
    let rival: LeaseStore;

    beforeEach(async () => {
      clock = new ManualClock(Date.UTC(2026, 0, 1));
      subject = await make(clock);
      rival = await subject.open();
    });
    afterEach(() => subject.close());

    it.each([
      ['fault 15', 'error'],
      ['fault 18', 'throttled'],
      ['fault 16', 'lost request'],
      ['fault 16', 'lost answer'],
      ['fault 16', 'cut answer'],
    ] as const)(
      '%s: after each first try met "%s", a lease is taken, renewed and given back',
      async (_, fault) => {
        const store = await subject.openThrough(everyOther(fault));

        const { kind, lease } = await store.acquire('run', 'one', TTL_MS);
        expect(kind).toBe('acquired');
        clock.advance(TTL_MS - 1);
        expect(await store.renew(lease, TTL_MS)).toBe(true);
        clock.advance(TTL_MS - 1);
        expect((await rival.acquire('run', 'two', TTL_MS)).kind).toBe('held');
        await store.release(lease);
        const next = await rival.acquire('run', 'two', TTL_MS);

        expect(next.kind).toBe('acquired');
        expect(next.lease.fence).toBeGreaterThan(lease.fence);
        expect(await store.renew(lease, TTL_MS)).toBe(false);
      },
    );

    it.each([1, 2, 3])(
      'fault 37: of two on lines where much goes wrong, exactly one holds it: seed %i',
      async (seed) => {
        const faults = ['error', 'throttled', 'lost request', 'lost answer', 'cut answer'] as const;
        const left = await subject.openThrough(sometimes(faults, 0.3, seed * 10 + 1));
        const right = await subject.openThrough(sometimes(faults, 0.3, seed * 10 + 2));

        const answers = await Promise.all([
          left.acquire('run', 'one', TTL_MS),
          right.acquire('run', 'two', TTL_MS),
        ]);

        expect(answers.map(({ kind }) => kind).sort()).toEqual(['acquired', 'held']);
      },
    );
  });
}
