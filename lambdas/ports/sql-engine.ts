import type { SqlDialect } from '../domain/models/dialect.ts';

/** A cell as any engine can give it: decimals, dates and timestamps as text, integers beyond 2^53 as bigint. */
export type SqlValue = string | number | bigint | boolean | null;

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** Whether this caller may still change the lake's tables. */
export interface StatementFence {
  /**
   * Notes what the engine is about to start, in one step with the question. Throws, and nothing may be started, once
   * another caller has taken the lake over.
   */
  begin(mark: string): Promise<void>;
}

/** Runs one statement at a time. Errors are SqlError. */
export interface SqlEngine {
  readonly dialect: SqlDialect;
  /** A statement without a result. */
  execute(sql: string): Promise<void>;
  query(sql: string): Promise<SqlResult>;
  /** Bytes that all statements so far have read, where the engine tells and bills by them. */
  scannedBytes?(): number;
  /**
   * Of engines where a statement outlives who sent it: stops what earlier callers left open, resolves once each is
   * final, and asks the fence before each later statement that changes something. To be called before the first one.
   * `lastMark` is what an earlier caller noted last.
   */
  takeOver?(earlier: { readonly lastMark: string | null; readonly fence: StatementFence }): Promise<void>;
  /** Of engines with connections: one more, whose statements run beside this one's. To be closed by who asks. */
  beside?(): Promise<ConnectionBeside>;
}

/** Sees what is committed: neither temporary tables nor the rows of the engine's open transaction. */
export interface ConnectionBeside extends Pick<SqlEngine, 'query'> {
  close(): void;
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
