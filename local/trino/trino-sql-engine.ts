import { BasicAuth, Trino } from 'trino-client';
import type { SqlEngine, SqlResult, SqlValue, StatementFence } from '../../lambdas/ports/sql-engine.ts';
import { systemTimers, type Timers } from '../../lambdas/ports/timers.ts';
import { answerOf, failureOf, type TrinoAnswer, unansweredError } from './trino-answers.ts';
import { cellOf, typeNameOf } from './trino-values.ts';

export interface TrinoSqlEngineOptions {
  /** Of the coordinator, `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where the lake's tables stand: a catalogue of the Iceberg connector. */
  readonly catalog: string;
  readonly schema: string;
  readonly user: string;
  /** With the user's name; not over plain HTTP but to this machine. */
  readonly password?: string | undefined;
  /** Instead of a password: a bearer token, such as a JWT. */
  readonly token?: string | undefined;
  /** Readers are not stopped by who takes the lake over. Default: a writer. */
  readonly isReader?: boolean;
  readonly timers?: Timers;
}

/** A part of a result, with the columns of the whole. */
export interface TrinoChunk {
  readonly columns: SqlResult['columns'];
  readonly rows: SqlResult['rows'];
}

/**
 * Without the first, Trino cuts timestamps to milliseconds for clients that it takes to be old. All times are UTC.
 */
const HEADERS = {
  'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  'X-Trino-Time-Zone': 'UTC',
};

const LOOK_AGAIN_MS = 500;

/**
 * Statements on a Trino cluster, one at a time. A statement goes on for a while when its caller has died: who takes over
 * stops what writers of this schema left open, and waits until it is final (promise 12). Between the fence's note and
 * the start of a statement a writer can still stall unseen, since Trino knows no token of ours; a MERGE that commits
 * then is refused by Iceberg when the table has moved on.
 */
export class TrinoSqlEngine implements SqlEngine {
  readonly dialect = 'trino';
  readonly #options: TrinoSqlEngineOptions;
  readonly #client: Trino;
  readonly #timers: Timers;
  #fence: StatementFence | null = null;
  #statements = 0;

  constructor(options: TrinoSqlEngineOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#client = clientOf(options, options.isReader === true ? READERS : sourceOf(options));
  }

  async execute(sql: string): Promise<void> {
    this.#statements += 1;
    await this.#fence?.begin(`statement ${this.#statements}`);
    await this.query(sql);
  }

  async query(sql: string): Promise<SqlResult> {
    return this.#resultBy(this.#client, sql);
  }

  /** The result page by page, at least one (so that the columns of an empty result are known). */
  stream(sql: string): AsyncGenerator<TrinoChunk> {
    return this.#chunks(this.#client, sql);
  }

  async takeOver({ fence }: { readonly fence: StatementFence }): Promise<void> {
    // Under another name, so that it does not find and stop its own.
    const watcher = clientOf(this.#options, WATCHERS);
    for (;;) {
      const { rows } = await this.#resultBy(watcher, OPEN_STATEMENTS(sourceOf(this.#options)));
      if (rows.length === 0) break;
      for (const [id] of rows) await this.#stop(watcher, String(id));
      await new Promise<void>((resolve) => {
        this.#timers.after(LOOK_AGAIN_MS, resolve);
      });
    }
    this.#fence = fence;
  }

  /** Whether it stopped is seen by looking again: it may have ended by itself meanwhile. */
  async #stop(watcher: Trino, id: string): Promise<void> {
    try {
      await watcher.cancel(id);
    } catch (error) {
      throw unansweredError(error, this.#options, '');
    }
  }

  async #resultBy(client: Trino, sql: string): Promise<SqlResult> {
    let columns: SqlResult['columns'] = [];
    const rows: (readonly SqlValue[])[] = [];
    for await (const chunk of this.#chunks(client, sql)) {
      columns = chunk.columns;
      for (const row of chunk.rows) rows.push(row);
    }
    return { columns, rows };
  }

  async *#chunks(client: Trino, sql: string): AsyncGenerator<TrinoChunk> {
    let columns: SqlResult['columns'] = [];
    let isFirst = true;
    for await (const page of this.#pages(client, sql)) {
      columns = page.columns?.map(({ name, type }) => ({ name, type: typeNameOf(type) })) ?? columns;
      if (page.data === undefined || page.data.length === 0) continue;
      isFirst = false;
      yield { columns, rows: page.data.map((row) => columns.map(({ type }, at) => cellOf(row[at], type))) };
    }
    if (isFirst) yield { columns, rows: [] };
  }

  /** Pages until the last one, which alone tells of success or failure. Throws SqlError. */
  async *#pages(client: Trino, sql: string): AsyncGenerator<TrinoAnswer> {
    const asked = async <Value>(question: Promise<Value>): Promise<Value> => {
      try {
        return await question;
      } catch (error) {
        throw unansweredError(error, this.#options, sql);
      }
    };
    const pages = await asked(client.query(sql));
    for (;;) {
      const { value, done } = await asked(pages.next());
      const page = answerOf(value, this.#options, sql);
      if (page.error !== undefined) throw failureOf(page.error, sql);
      // The last page comes a second time, to say that it was the last.
      if (done === true) return;
      yield page;
    }
  }
}

/** By which open statements of a lake's writers are known. */
function sourceOf({ catalog, schema }: Pick<TrinoSqlEngineOptions, 'catalog' | 'schema'>): string {
  return `millpond/${catalog}.${schema}`;
}

const READERS = 'millpond-readers';
const WATCHERS = 'millpond-watchers';

/** Names are those of identifiers, so the text needs no escape. */
const OPEN_STATEMENTS = (source: string) =>
  `select query_id from system.runtime.queries where source = '${source.replaceAll("'", "''")}' and state not in ('FINISHED', 'FAILED')`;

function clientOf(options: TrinoSqlEngineOptions, source: string): Trino {
  const { url, catalog, schema, user, password, token } = options;
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return Trino.create({
    ...{ server: url, catalog, schema, source },
    extraHeaders: { ...HEADERS, ...bearer, 'X-Trino-User': user },
    ...(password === undefined || token !== undefined ? {} : { auth: new BasicAuth(user, password) }),
  });
}
