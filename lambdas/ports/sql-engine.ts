import type { SqlDialect } from '../domain/models/dialect.ts';

/** A cell as any engine can give it: decimals, dates and timestamps as text, integers beyond 2^53 as bigint. */
export type SqlValue = string | number | bigint | boolean | null;

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** Runs one statement at a time. Errors are SqlError. */
export interface SqlEngine {
  readonly dialect: SqlDialect;
  /** A statement without a result. */
  execute(sql: string): Promise<void>;
  query(sql: string): Promise<SqlResult>;
  /** Bytes that all statements so far have read, where the engine tells and bills by them. */
  scannedBytes?(): number;
}

/** The engine refused or failed a statement. `isTransient`: the same statement may pass when run again. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly isTransient: boolean;
  readonly sql: string;

  constructor(message: string, options: { sql: string; isTransient?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.sql = options.sql;
    this.isTransient = options.isTransient ?? false;
  }
}
