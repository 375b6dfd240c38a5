import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { type StorageFault, storageError } from './storage-error.ts';

export interface SqliteOptions {
  readonly file: string;
  /** What the file is, for messages: `the stream`. */
  readonly what: string;
  /** Tells the file from another product's, and from our other ones: 32 bits, SQLite's application_id. */
  readonly applicationId: number;
  /** One script per version of the schema, oldest first; a file is brought up to the last one when it is opened. */
  readonly migrations: readonly string[];
  /** How long a statement waits for another process's transaction. */
  readonly busyTimeoutMs?: number;
  /** Pages that a connection keeps in memory at most. Default 64 MB: claims of random ids read a page each without. */
  readonly cacheMb?: number;
}

export type SqliteRow = Readonly<Record<string, SQLOutputValue>>;

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;
const DEFAULT_CACHE_MB = 64;
const SETTINGS = 'pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000';

/**
 * A database file of the lake: write-ahead log, so that readers never wait for a writer, and each commit on the disk
 * before it returns (`synchronous = full`), so that what was acknowledged outlives a power cut too.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #options: SqliteOptions;

  /** Throws StorageError: busy, damaged, full, newer, denied or missing. */
  constructor(options: SqliteOptions) {
    this.#options = options;
    this.#database = this.guarded(
      () => new DatabaseSync(options.file, { timeout: options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS }),
    );
    try {
      this.#open();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #open(): void {
    this.#requireOurs(this.#pragma('application_id'), this.#pragma('user_version'));
    const cacheKb = (this.#options.cacheMb ?? DEFAULT_CACHE_MB) * 1024;
    this.guarded(() => this.#database.exec(`${SETTINGS}; pragma cache_size = -${cacheKb}`));
    this.transaction(() => this.#migrate());
  }

  #requireOurs(applicationId: number, version: number): void {
    const { applicationId: ours, file: path, migrations, what } = this.#options;
    const isFresh = applicationId === 0 && version === 0;
    if (!isFresh && applicationId !== ours) throw storageError('damaged', `Cannot open ${what}`, { path });
    if (version > migrations.length) throw storageError('newer', `Cannot open ${what}`, { path });
  }

  #migrate(): void {
    const { applicationId, migrations } = this.#options;
    const version = this.#pragma('user_version');
    if (version >= migrations.length) return;
    for (const script of migrations.slice(version)) this.#database.exec(script);
    this.#database.exec(
      `pragma application_id = ${applicationId}; pragma user_version = ${migrations.length}`,
    );
  }

  #pragma(name: string): number {
    return this.guarded(() => numberOf(this.#database.prepare(`pragma ${name}`).get() ?? {}, name));
  }

  prepare(sql: string): StatementSync {
    return this.guarded(() => this.#database.prepare(sql));
  }

  /**
   * Runs the work in one transaction that holds the right to write from its start, so that what it reads stays true
   * until it writes. Rolled back when the work throws.
   */
  transaction<T>(work: () => T): T {
    return this.guarded(() => {
      this.#database.exec('begin immediate');
      try {
        const result = work();
        this.#database.exec('commit');
        return result;
      } catch (error) {
        // A full disk has already rolled it back by itself.
        if (this.#database.isTransaction) this.#database.exec('rollback');
        throw error;
      }
    });
  }

  /** Runs statements; SQLite's errors about the file become StorageError. */
  guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      throw storageError(fault, `Cannot use ${this.#options.what}`, {
        path: this.#options.file,
        cause: error,
      });
    }
  }

  close(): void {
    this.#database.close();
  }
}

export function textOf(row: SqliteRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column ${column} holds ${typeof value}, not a text`);
  return value;
}

export function numberOf(row: SqliteRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`Column ${column} holds ${typeof value}, not a number`);
  return value;
}

export function numberOrNullOf(row: SqliteRow, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}

export function bytesOf(row: SqliteRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array))
    throw new TypeError(`Column ${column} holds ${typeof value}, not bytes`);
  return value;
}

/** Primary result codes of SQLite (the low byte of an extended one). */
const FAULT_BY_CODE: Readonly<Record<number, StorageFault>> = {
  3: 'denied', // PERM
  5: 'busy', // BUSY
  6: 'busy', // LOCKED
  8: 'denied', // READONLY
  11: 'damaged', // CORRUPT
  13: 'full', // FULL
  14: 'missing', // CANTOPEN
  26: 'damaged', // NOTADB
};

function faultOf(error: unknown): StorageFault | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return FAULT_BY_CODE[error.errcode & 0xff] ?? null;
}
