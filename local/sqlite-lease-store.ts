import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../lambdas/ports/clock.ts';
import type { Lease, LeaseAnswer, LeaseStore } from '../lambdas/ports/lease-store.ts';
import { numberOf, type SqliteDatabase, type SqliteRow, textOf } from './sqlite-database.ts';

/** Leases in the lake's state. The row of a lease that was given back stays, so that its fence goes on rising. */
export class SqliteLeaseStore implements LeaseStore {
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #renew: StatementSync;
  readonly #release: StatementSync;

  constructor(database: SqliteDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#get = database.prepare('select * from leases where name = ?');
    this.#put = database.prepare('insert or replace into leases values (?, ?, ?, ?)');
    this.#renew = database.prepare(
      'update leases set expires_at_ms = ? where name = ? and holder = ? and fence = ?',
    );
    this.#release = database.prepare(
      'update leases set holder = null where name = ? and holder = ? and fence = ?',
    );
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseAnswer> {
    return this.#database.transaction(() => {
      const nowMs = this.#clock.nowMs();
      const stored = this.#get.get(name);
      const current = stored === undefined ? null : storedLease(stored);
      if (current !== null && current.holder !== holder && current.expiresAtMs > nowMs) {
        return { kind: 'held', lease: current };
      }
      const fence = current?.holder === holder ? current.fence : fenceOf(stored) + 1;
      const lease: Lease = { name, holder, fence, expiresAtMs: nowMs + ttlMs };
      this.#put.run(name, holder, fence, lease.expiresAtMs);
      return { kind: 'acquired', lease };
    });
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    const expiresAtMs = this.#clock.nowMs() + ttlMs;
    const { changes } = this.#database.guarded(() =>
      this.#renew.run(expiresAtMs, lease.name, lease.holder, lease.fence),
    );
    return changes === 1;
  }

  async release(lease: Lease): Promise<void> {
    this.#database.guarded(() => this.#release.run(lease.name, lease.holder, lease.fence));
  }
}

function fenceOf(row: SqliteRow | undefined): number {
  return row === undefined ? 0 : numberOf(row, 'fence');
}

function storedLease(row: SqliteRow): Lease | null {
  if (row.holder === null) return null;
  return {
    name: textOf(row, 'name'),
    holder: textOf(row, 'holder'),
    fence: numberOf(row, 'fence'),
    expiresAtMs: numberOf(row, 'expires_at_ms'),
  };
}
