import {
  type Answer,
  type LoopbackServer,
  openLoopback,
  type Request,
} from '../../lambdas/aws/loopback-server.ts';

/** What a statement gives: pages of rows, or an error in the last one. */
export interface StubResult {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly pages?: readonly (readonly (readonly unknown[])[])[];
  readonly error?: { readonly errorName: string; readonly errorType?: string; readonly message: string };
}

/** A statement as the server got it. */
export interface StubStatement {
  readonly id: string;
  readonly sql: string;
  readonly headers: Request['headers'];
}

/**
 * Trino's client protocol on the loopback: a POST gives an id and where to ask next, each GET a page, a DELETE cancels.
 * `results` says what a statement gives; system.runtime.queries is answered from what is open.
 */
export class TrinoStub {
  readonly statements: StubStatement[] = [];
  readonly cancelled: string[] = [];
  /** Statements of others that run, by id; cancelled ones are final at the second look after it. */
  readonly open = new Map<string, { source: string; looksLeft: number }>();
  results: (sql: string) => StubResult = () => ({});
  fault: (request: Request) => Answer | 'reset' | null = () => null;
  #server: LoopbackServer | null = null;

  static async start(): Promise<TrinoStub> {
    const stub = new TrinoStub();
    stub.#server = await openLoopback((request) => stub.fault(request) ?? stub.#answer(request));
    return stub;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Their texts, without those by which adapters look and ask who they are. */
  texts(): readonly string[] {
    return this.statements.map(({ sql }) => sql);
  }

  #answer(request: Request): Answer {
    const [, , kind, id = '', page = '0'] = request.url.pathname.split('/');
    if (kind === 'statement' && request.method === 'POST') {
      const statement = {
        id: `q-${this.statements.length}`,
        sql: request.body.toString('utf8'),
        headers: request.headers,
      };
      this.statements.push(statement);
      return this.#json({ id: statement.id, nextUri: `${this.url}/v1/statement/${statement.id}/0` });
    }
    if (kind === 'query' && request.method === 'DELETE') {
      const open = this.open.get(id);
      if (open !== undefined && !this.cancelled.includes(id)) open.looksLeft = 1;
      this.cancelled.push(id);
      return { status: 204 };
    }
    const statement = this.statements.find((each) => each.id === id);
    if (statement === undefined) return { status: 404 };
    return this.#json(this.#page(statement, Number(page)));
  }

  #page({ id, sql }: StubStatement, page: number): object {
    const result = sql.includes('system.runtime.queries') ? this.#openQueries(sql) : this.results(sql);
    const pages = result.pages ?? [];
    const isLast = page >= pages.length - 1;
    return {
      id,
      ...(result.columns === undefined ? {} : { columns: result.columns }),
      ...(pages[page] === undefined ? {} : { data: pages[page] }),
      ...(isLast && result.error !== undefined
        ? { error: { errorType: 'USER_ERROR', ...result.error } }
        : {}),
      ...(isLast ? {} : { nextUri: `${this.url}/v1/statement/${id}/${page + 1}` }),
    };
  }

  #openQueries(sql: string): StubResult {
    const found = [...this.open].filter(([, { source }]) => sql.includes(`'${source}'`));
    for (const [id, open] of found) {
      if (!this.cancelled.includes(id)) continue;
      if (open.looksLeft === 0) this.open.delete(id);
      open.looksLeft -= 1;
    }
    const ids = found.filter(([id]) => this.open.has(id)).map(([id]) => [id]);
    return { columns: [{ name: 'query_id', type: 'varchar' }], pages: [ids] };
  }

  #json(body: object): Answer {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  }
}
