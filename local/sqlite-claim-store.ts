import type { StatementSync } from 'node:sqlite';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../lambdas/ports/claim-store.ts';
import { type SqliteDatabase, textOf } from './sqlite-database.ts';

/** More at once save no time; SQLite allows 32,766 values a statement. */
const ROWS_PER_INSERT = 100;
const COLUMNS = 4;
const UUID_BYTES = 16;
const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);
const DASH = 0x2d;
const GRANTED: ClaimAnswer = { kind: 'granted' };

/** Claims in the lake's state; a call is one transaction, so a batch is claimed whole or answered `unavailable`. */
export class SqliteClaimStore implements ClaimStore {
  readonly #database: SqliteDatabase;
  readonly #insertMany: StatementSync;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    const rows = Array.from({ length: ROWS_PER_INSERT }, () => '(?, ?, ?, ?)').join(', ');
    this.#insertMany = database.prepare(
      `insert into claims (event_id, owner, digest, expires_at_ms) values ${rows} on conflict do nothing`,
    );
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
      return this.#database.transaction(() => this.#claimAll(requests));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return requests.map(() => ({ kind: 'unavailable', detail }));
    }
  }

  /** Forgets claims that expired before a time, as a time to live does. Returns how many. */
  deleteExpired(beforeMs: number): number {
    return this.#database.transaction(() => Number(this.#deleteExpired.run(beforeMs).changes));
  }

  #claimAll(requests: readonly ClaimRequest[]): readonly ClaimAnswer[] {
    const keys = keysOf(requests);
    const answers: ClaimAnswer[] = [];
    for (let from = 0; from < requests.length; from += ROWS_PER_INSERT) {
      const to = Math.min(from + ROWS_PER_INSERT, requests.length);
      const areAllFree = to - from === ROWS_PER_INSERT && this.#insertAll(requests, keys, from);
      for (let place = from; place < to; place += 1)
        answers.push(areAllFree ? GRANTED : this.#claimOne(requests[place], keys[place]));
    }
    return answers;
  }

  /** Claims the ids that are free; whether all were. Asked again one by one, those that were are granted once more. */
  #insertAll(requests: readonly ClaimRequest[], keys: readonly ClaimKey[], from: number): boolean {
    const values = new Array<string | number | Uint8Array>(ROWS_PER_INSERT * COLUMNS);
    for (let row = 0; row < ROWS_PER_INSERT; row += 1) {
      const request = requests[from + row];
      values[row * COLUMNS] = keys[from + row] ?? '';
      values[row * COLUMNS + 1] = request?.owner ?? '';
      values[row * COLUMNS + 2] = request?.digest ?? '';
      values[row * COLUMNS + 3] = request?.expiresAtMs ?? 0;
    }
    return this.#insertMany.run(...values).changes === ROWS_PER_INSERT;
  }

  #claimOne(request: ClaimRequest | undefined, key: ClaimKey | undefined): ClaimAnswer {
    if (request === undefined || key === undefined) throw new RangeError('a claim without a request');
    const { owner, digest, expiresAtMs, arrivalTimeMs } = request;
    if (this.#put.run(key, owner, digest, expiresAtMs, arrivalTimeMs).changes === 1) return GRANTED;
    const stored = this.#get.get(key) ?? {};
    return { kind: 'held', owner: textOf(stored, 'owner'), digest: textOf(stored, 'digest') };
  }
}

/** A UUID as its 16 bytes, which halves the table; anything else as it is. */
type ClaimKey = Uint8Array | string;

function keysOf(requests: readonly ClaimRequest[]): readonly ClaimKey[] {
  const bytes = new Uint8Array(requests.length * UUID_BYTES);
  return requests.map(({ eventId }, place) => {
    const key = bytes.subarray(place * UUID_BYTES, (place + 1) * UUID_BYTES);
    return writeUuid(eventId, key) ? key : eventId;
  });
}

/** Writes the bytes of a UUID in small letters; false when the text is none. */
function writeUuid(text: string, bytes: Uint8Array): boolean {
  if (text.length !== 36) return false;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (DASHES.has(at)) {
      if (unit !== DASH) return false;
      continue;
    }
    const digit = hexDigit(unit);
    if (digit < 0) return false;
    const place = digits >> 1;
    bytes[place] = ((bytes[place] ?? 0) << 4) | digit;
    digits += 1;
  }
  return true;
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
}
