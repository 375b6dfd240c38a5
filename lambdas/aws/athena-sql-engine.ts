import { createHash } from 'node:crypto';
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import {
  type SqlEngine,
  SqlError,
  type SqlResult,
  type SqlValue,
  type StatementFence,
} from '../ports/sql-engine.ts';
import { systemTimers, type Timers } from '../ports/timers.ts';
import { openStatements, spendToken, stopStatement } from './athena-open-statements.ts';
import { cellsOf, typeNameOf } from './athena-values.ts';
import { pause } from './backoff.ts';

const FIRST_POLL_MS = 200;
const SLOWEST_POLL_MS = 2_000;

/** Errors, by name or within Athena's words for a failed query, after which the same statement may pass. */
const TRANSIENT_ERRORS =
  /TooManyRequestsException|ThrottlingException|InternalServerException|ICEBERG_COMMIT_ERROR|GENERIC_INTERNAL_ERROR|NO_NODES_AVAILABLE|Query exhausted resources|Please reduce your request rate|TimeoutError|ECONNRESET/;

export interface AthenaSqlEngineOptions {
  readonly client: AthenaClient;
  readonly workGroup: string;
  readonly database: string;
  /**
   * One try of a run, `<run>/<invocation>`. With a statement's place and text it makes the token under which Athena
   * knows the statement, so that a start whose answer was lost is not started twice. Never to be used again: a token
   * answers for ever with the statement that it first stood for, also when that has failed.
   */
  readonly scope: string;
  readonly timers?: Timers;
}

/**
 * Statements on Athena, one at a time: start, poll until final, page the result. Deliberately thin: it sends the text
 * that it is given. Tables are Glue's business and the DDL the renderer's; statements longer than 262,144 bytes are the
 * caller's.
 *
 * A statement goes on when its caller has died. So each one that changes something is noted by its token before it is
 * started; who takes over spends that token, so that it can start nothing any more, and stops what is open in the work
 * group on this database (promise 12). The work group must be the lake's own.
 */
export class AthenaSqlEngine implements SqlEngine {
  readonly dialect = 'athena';
  readonly #options: AthenaSqlEngineOptions;
  readonly #timers: Timers;
  #statements = 0;
  #scannedBytes = 0;
  #fence: StatementFence | null = null;

  constructor(options: AthenaSqlEngineOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
  }

  async execute(sql: string): Promise<void> {
    this.#statements += 1;
    const { scope } = this.#options;
    const token = createHash('sha256').update(`${scope}\n${this.#statements}\n${sql}`).digest('hex');
    await this.#fence?.begin(token);
    await this.#run(sql, token);
  }

  /** A query has no token of ours: asked again, it must look again. */
  async query(sql: string): Promise<SqlResult> {
    const queryId = await this.#run(sql, undefined);
    return translated(sql, () => this.#result(queryId));
  }

  scannedBytes(): number {
    return this.#scannedBytes;
  }

  async takeOver(earlier: {
    readonly lastMark: string | null;
    readonly fence: StatementFence;
  }): Promise<void> {
    await translated('', async () => {
      if (earlier.lastMark !== null) await spendToken(this.#options, earlier.lastMark);
      for (const queryId of await openStatements(this.#options)) {
        await stopStatement(this.#options.client, queryId);
        await this.#waitUntilFinal(queryId);
      }
    });
    this.#fence = earlier.fence;
  }

  /** Starts a statement and waits until it has succeeded; gives its id. */
  async #run(sql: string, token: string | undefined): Promise<string> {
    return translated(sql, async () => {
      const { client, workGroup, database } = this.#options;
      const started = await client.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: workGroup,
          QueryExecutionContext: { Database: database },
          ...(token === undefined ? {} : { ClientRequestToken: token }),
        }),
      );
      const queryId = started.QueryExecutionId ?? '';
      const ended = await this.#waitUntilFinal(queryId);
      this.#scannedBytes += ended?.Statistics?.DataScannedInBytes ?? 0;
      const status = ended?.Status;
      if (status?.State === 'SUCCEEDED') return queryId;
      const reason = status?.StateChangeReason ?? 'no reason given';
      throw new Error(`Athena query ${queryId} ended as ${status?.State ?? 'unknown'}: ${reason}`);
    });
  }

  async #waitUntilFinal(queryId: string): Promise<QueryExecution | undefined> {
    for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 2, SLOWEST_POLL_MS)) {
      const answer = await this.#options.client.send(
        new GetQueryExecutionCommand({ QueryExecutionId: queryId }),
      );
      const state = answer.QueryExecution?.Status?.State;
      if (state !== 'QUEUED' && state !== 'RUNNING') return answer.QueryExecution;
      await pause(this.#timers, pauseMs);
    }
  }

  async #result(queryId: string): Promise<SqlResult> {
    const rows: (readonly SqlValue[])[] = [];
    let columns: readonly ColumnInfo[] = [];
    let token: string | undefined;
    do {
      const isFirst = token === undefined;
      const page: GetQueryResultsCommandOutput = await this.#options.client.send(
        new GetQueryResultsCommand({ QueryExecutionId: queryId, ...(isFirst ? {} : { NextToken: token }) }),
      );
      columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
      // The first row of a SELECT's first page holds the column names.
      const body = (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0);
      for (const row of body) rows.push(cellsOf(row, columns));
      token = page.NextToken;
    } while (token !== undefined);
    return {
      columns: columns.map((column) => ({ name: column.Name ?? '', type: typeNameOf(column) })),
      rows,
    };
  }
}

/** Whatever goes wrong leaves as SqlError, with the statement and whether it may pass when run again. */
async function translated<Value>(sql: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SqlError) throw error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new SqlError(message, { sql, isTransient: TRANSIENT_ERRORS.test(message), cause: error });
  }
}
