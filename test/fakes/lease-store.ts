import type { Clock } from '../../lambdas/ports/clock.ts';
import type { Lease, LeaseAnswer, LeaseStore } from '../../lambdas/ports/lease-store.ts';

/** Leases in memory. Fences are kept apart, so that they go on rising when a lease is given back. */
export class MemoryLeaseStore implements LeaseStore {
  readonly leases = new Map<string, Lease>();
  readonly #fences = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseAnswer> {
    const nowMs = this.#clock.nowMs();
    const current = this.leases.get(name);
    if (current !== undefined && current.holder !== holder && current.expiresAtMs > nowMs) {
      return { kind: 'held', lease: current };
    }
    const fence = current?.holder === holder ? current.fence : (this.#fences.get(name) ?? 0) + 1;
    const lease: Lease = { name, holder, fence, expiresAtMs: nowMs + ttlMs };
    this.#fences.set(name, fence);
    this.leases.set(name, lease);
    return { kind: 'acquired', lease };
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    if (!this.#isHeld(lease)) return false;
    this.leases.set(lease.name, { ...lease, expiresAtMs: this.#clock.nowMs() + ttlMs });
    return true;
  }

  async release(lease: Lease): Promise<void> {
    if (this.#isHeld(lease)) this.leases.delete(lease.name);
  }

  #isHeld({ name, holder, fence }: Lease): boolean {
    const current = this.leases.get(name);
    return current?.holder === holder && current.fence === fence;
  }
}
