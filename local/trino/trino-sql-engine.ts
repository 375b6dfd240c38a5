import { BasicAuth, type QueryError, Trino } from 'trino-client';
import { type SqlEngine, SqlError, type SqlResult, type SqlValue } from '../../lambdas/ports/sql-engine.ts';
import { cellOf, typeNameOf } from './trino-values.ts';

export interface TrinoSqlEngineOptions {
  /** Of the coordinator, `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where the lake's tables stand: a catalogue of the Iceberg connector. */
  readonly catalog: string;
  readonly schema: string;
  readonly user: string;
}

/** Errors after which the same statement may pass: of Trino's own kinds, and of a table's other writers. */
const TRANSIENT_KINDS: ReadonlySet<string> = new Set(['INTERNAL_ERROR', 'INSUFFICIENT_RESOURCES']);
const TRANSIENT_NAMES: ReadonlySet<string> = new Set(['ICEBERG_COMMIT_ERROR']);

/**
 * Without the first, Trino cuts timestamps to milliseconds for clients that it takes to be old. All times are UTC.
 */
const HEADERS = {
  'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  'X-Trino-Time-Zone': 'UTC',
};

/** Statements on a Trino cluster, one at a time. */
export class TrinoSqlEngine implements SqlEngine {
  readonly dialect = 'trino';
  readonly #client: Trino;

  constructor(options: TrinoSqlEngineOptions) {
    this.#client = Trino.create({
      server: options.url,
      catalog: options.catalog,
      schema: options.schema,
      source: 'millpond',
      auth: new BasicAuth(options.user),
      extraHeaders: HEADERS,
    });
  }

  async execute(sql: string): Promise<void> {
    await this.query(sql);
  }

  async query(sql: string): Promise<SqlResult> {
    try {
      return await this.#result(sql);
    } catch (error) {
      if (error instanceof SqlError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new SqlError(`Trino did not answer: ${message}`, { sql, isTransient: true, cause: error });
    }
  }

  async #result(sql: string): Promise<SqlResult> {
    let columns: SqlResult['columns'] = [];
    const rows: (readonly SqlValue[])[] = [];
    // Pages until the last one, which alone tells of success or failure.
    for await (const page of await this.#client.query(sql)) {
      if (page.error !== undefined) throw failureOf(page.error, sql);
      columns = page.columns?.map(({ name, type }) => ({ name, type: typeNameOf(type) })) ?? columns;
      for (const row of page.data ?? []) {
        rows.push(columns.map(({ type }, index) => cellOf(row[index], type)));
      }
    }
    return { columns, rows };
  }
}

function failureOf(error: QueryError, sql: string): SqlError {
  const isTransient = TRANSIENT_KINDS.has(error.errorType) || TRANSIENT_NAMES.has(error.errorName);
  return new SqlError(`${error.errorName}: ${error.message}`, { sql, isTransient });
}
