import type { StatementSync } from 'node:sqlite';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../lambdas/ports/claim-store.ts';
import { type SqliteDatabase, textOf } from './sqlite-database.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Claims in the lake's state; a call is one transaction, so a batch is claimed whole or answered `unavailable`. */
export class SqliteClaimStore implements ClaimStore {
  readonly #database: SqliteDatabase;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#put = database.prepare(
      `insert into claims (event_id, owner, digest, expires_at_ms) values (?1, ?2, ?3, ?4)
       on conflict (event_id) do update
         set owner = excluded.owner, digest = excluded.digest, expires_at_ms = excluded.expires_at_ms
         where claims.owner = excluded.owner or claims.expires_at_ms < ?5`,
    );
    this.#get = database.prepare('select owner, digest from claims where event_id = ?');
    this.#deleteExpired = database.prepare('delete from claims where expires_at_ms < ?');
  }

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]> {
    try {
      return this.#database.transaction(() => requests.map((request) => this.#claimOne(request)));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return requests.map(() => ({ kind: 'unavailable', detail }));
    }
  }

  /** Forgets claims that expired before a time, as a time to live does. Returns how many. */
  deleteExpired(beforeMs: number): number {
    return this.#database.transaction(() => Number(this.#deleteExpired.run(beforeMs).changes));
  }

  #claimOne(request: ClaimRequest): ClaimAnswer {
    const key = keyOf(request.eventId);
    const { owner, digest, expiresAtMs, arrivalTimeMs } = request;
    if (this.#put.run(key, owner, digest, expiresAtMs, arrivalTimeMs).changes === 1) return GRANTED;
    const stored = this.#get.get(key) ?? {};
    return { kind: 'held', owner: textOf(stored, 'owner'), digest: textOf(stored, 'digest') };
  }
}

const GRANTED: ClaimAnswer = { kind: 'granted' };

/** A UUID as its 16 bytes, which halves the table; anything else stays as it is. */
function keyOf(eventId: string): Buffer | string {
  return UUID.test(eventId) ? Buffer.from(eventId.replaceAll('-', ''), 'hex') : eventId;
}
