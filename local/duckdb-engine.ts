import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  type ConnectionBeside,
  type SqlEngine,
  SqlError,
  type SqlResult,
  type SqlValue,
} from '../lambdas/ports/sql-engine.ts';
import { DUCKDB_PRELUDE } from './duckdb-prelude.ts';
import { chunkRows, typeName } from './duckdb-values.ts';
import { StorageError, type StorageFault, storageError } from './storage-error.ts';

export interface DuckDbOptions {
  /** Of the database, or `:memory:`. It is created when missing, unless it is opened for reading only. */
  readonly file: string;
  readonly readOnly?: boolean;
  /** Beyond it DuckDB spills to tempFolder. Default: DuckDB's own, 80 % of the machine's memory. */
  readonly memoryLimitMb?: number;
  readonly threads?: number;
  /** Where it spills to. Default: beside the file. */
  readonly tempFolder?: string;
  /** Relative file names in SQL are looked up here, so that a lake can be moved with its views. */
  readonly searchFolder?: string;
  /** Whether a commit merges small row groups of a table with their neighbours. Default: it does. */
  readonly mergesRowGroups?: boolean;
}

export interface SqlChunk {
  readonly columns: SqlResult['columns'];
  /** Up to 2,048 rows. */
  readonly rows: SqlResult['rows'];
}

/**
 * Opens a database with Trino's spellings (duckdb-prelude.ts) and without any reach to the network.
 * Throws StorageError when the file is held by another process, is no DuckDB database, lies on a full disk, was
 * written by a newer DuckDB, is missing while it is to be read only, or when searchFolder holds a comma.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDbEngine> {
  requireSearchable(options.searchFolder);
  let instance: DuckDBInstance;
  try {
    // The cache makes two openings in one process share one instance; DuckDB's file lock only parts processes.
    instance = await DuckDBInstance.fromCache(options.file, instanceSettings(options));
  } catch (error) {
    throw openError(error, options.file);
  }
  return new DuckDbEngine(instance, await connect(instance, options), options);
}

/** The port on one connection, where temporary tables and an open transaction live. */
export class DuckDbEngine implements SqlEngine {
  readonly dialect = 'duckdb';
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #options: DuckDbOptions;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, options: DuckDbOptions) {
    this.#instance = instance;
    this.#connection = connection;
    this.#options = options;
  }

  async execute(sql: string): Promise<void> {
    await guarded(sql, () => this.#connection.run(sql));
  }

  async query(sql: string): Promise<SqlResult> {
    return queryOn(this.#connection, sql);
  }

  async beside(): Promise<ConnectionBeside> {
    const connection = await connect(this.#instance, this.#options);
    return { query: (sql) => queryOn(connection, sql), close: () => connection.closeSync() };
  }

  /**
   * The result in chunks, at least one (so that the columns of an empty result are known), with flat memory however
   * long it is. It runs on a connection of its own: it sees what is committed, neither temporary tables nor the rows
   * of this engine's open transaction.
   */
  async *stream(sql: string): AsyncGenerator<SqlChunk> {
    const connection = await connect(this.#instance, this.#options);
    try {
      const result = await guarded(sql, () => connection.stream(sql));
      const columns = columnsOf(result);
      let isFirst = true;
      for (;;) {
        const chunk = await guarded(sql, () => result.fetchChunk());
        const rows = chunk === null ? [] : chunkRows(chunk);
        if (rows.length === 0 && !isFirst) return;
        yield { columns, rows };
        if (rows.length === 0) return;
        isFirst = false;
      }
    } finally {
      connection.closeSync();
    }
  }

  /** Writes what is left in the write-ahead log into the file and lets go of it. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

async function queryOn(connection: DuckDBConnection, sql: string): Promise<SqlResult> {
  return guarded(sql, async () => {
    const result = await connection.run(sql);
    const rows: SqlValue[][] = [];
    for (const chunk of await result.fetchAllChunks()) rows.push(...chunkRows(chunk));
    return { columns: columnsOf(result), rows };
  });
}

interface ResultColumns {
  columnNames(): string[];
  columnTypes(): Parameters<typeof typeName>[0][];
}

function columnsOf(result: ResultColumns): SqlResult['columns'] {
  const types = result.columnTypes();
  return result.columnNames().map((name, index) => {
    const type = types[index];
    return { name, type: type === undefined ? 'varchar' : typeName(type) };
  });
}

/** DuckDB parts the search path at commas and knows no escape for one. */
function requireSearchable(folder: string | undefined): void {
  if (folder?.includes(',') !== true) return;
  throw new StorageError(
    'denied',
    `Cannot use the folder ${folder}: its path holds a comma; rename or move it`,
    {
      path: folder,
    },
  );
}

function instanceSettings(options: DuckDbOptions): Record<string, string> {
  return {
    access_mode: options.readOnly === true ? 'READ_ONLY' : 'AUTOMATIC',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Every table has a key and every answer an ORDER BY of its own; keeping an order costs a third of a load.
    preserve_insertion_order: options.readOnly === true ? 'true' : 'false',
    ...(options.memoryLimitMb === undefined ? {} : { memory_limit: `${options.memoryLimitMb}MB` }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.tempFolder === undefined ? {} : { temp_directory: options.tempFolder }),
    ...(options.mergesRowGroups === false ? { max_vacuum_tasks: '0' } : {}),
  };
}

async function connect(instance: DuckDBInstance, options: DuckDbOptions): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  // Without a closing slash, which would show in "$path" and part it from the object store's locations.
  const folder = options.searchFolder === undefined ? undefined : path.resolve(options.searchFolder);
  const search = folder === undefined ? [] : [`set file_search_path = '${folder.replaceAll("'", "''")}'`];
  await connection.run([...DUCKDB_PRELUDE, ...search].join(';\n'));
  return connection;
}

async function guarded<T>(sql: string, work: () => Promise<T>): Promise<T> {
  // DuckDB reads the text as a C string: it would run what stands before the NUL.
  if (sql.includes('\0'))
    throw new SqlError('The SQL text holds a NUL character; write chr(0) for it', { sql });
  try {
    return await work();
  } catch (error) {
    throw sqlError(error, sql);
  }
}

/** Not all that DuckDB keeps can go to disk: texts under min_by, for one. */
const OUT_OF_MEMORY = /^Out of Memory Error/;
const TRANSIENT = /\bconflict|could not set lock/i;

function sqlError(error: unknown, sql: string): SqlError {
  const message = messageOf(error);
  if (faultOf(message) === 'full') {
    const cause = storageError('full', 'Cannot write', {
      path: 'the lake or its temporary folder',
      cause: error,
    });
    return new SqlError(`${cause.message} (${message})`, { sql, cause });
  }
  if (OUT_OF_MEMORY.test(message)) {
    const [what = ''] = message.split('\n');
    return new SqlError(
      `The SQL engine needs more memory than it may use; set MILLPOND_MEMORY_MB to give it more (${what})`,
      { sql, cause: error },
    );
  }
  return new SqlError(message, { sql, isTransient: TRANSIENT.test(message), cause: error });
}

function openError(error: unknown, file: string): Error {
  const message = messageOf(error);
  const fault = faultOf(message);
  if (fault === null) return new SqlError(`Cannot open ${file}: ${message}`, { sql: '', cause: error });
  const holder = /\(PID (\d+)\)/.exec(message)?.[1];
  const what = holder === undefined ? 'Cannot open' : `Process ${holder} holds`;
  return storageError(fault, what, { path: file, cause: error });
}

const FAULTS: readonly (readonly [RegExp, StorageFault])[] = [
  [/no space left|disk quota/i, 'full'],
  [/could not set lock|unique file handle conflict/i, 'busy'],
  [/database file with version number|serialization version|newer version/i, 'newer'],
  [/not a valid duckdb|corrupt|checksum|is a directory|serialization error/i, 'damaged'],
  [/permission denied|read-only file system/i, 'denied'],
  [/no such file|does not exist/i, 'missing'],
];

function faultOf(message: string): StorageFault | null {
  return FAULTS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
