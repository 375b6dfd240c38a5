import type { Answer, Request } from './loopback-server.ts';

export interface Start {
  readonly QueryString: string;
  readonly ClientRequestToken: string;
  readonly WorkGroup: string;
  readonly QueryExecutionContext: { readonly Database: string };
}

/** Athena's wire: each started statement goes through `states`, then its pages are read. */
export class LoopbackAthena {
  readonly starts: Start[] = [];
  states: readonly object[] = [{ State: 'SUCCEEDED' }];
  pages: readonly {
    readonly columns: readonly object[];
    readonly rows: readonly (readonly (string | null)[])[];
  }[] = [];
  fault: (operation: string, body: Partial<Start>) => Answer | 'reset' | null = () => null;
  /** What the work group remembers, the newest first; a stopped statement is final at its second look. */
  readonly history: { id: string; state: string; database: string }[] = [];
  readonly operations: string[] = [];
  #polls = 0;

  answer(request: Request): Answer | 'reset' {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body = JSON.parse(request.body.toString('utf8'));
    if (operation === 'StartQueryExecution') this.starts.push(body);
    this.operations.push([operation, body.QueryExecutionId ?? body.QueryString ?? ''].join(' ').trim());
    return (
      this.fault(operation, body) ??
      json(this.#ofHistory(operation, body) ?? this.#perform(operation, body.NextToken))
    );
  }

  /** Null for what concerns no statement of before. */
  #ofHistory(
    operation: string,
    body: { QueryExecutionId?: string; QueryExecutionIds?: readonly string[]; NextToken?: string },
  ): object | null {
    if (operation === 'ListQueryExecutions') {
      const from = Number(body.NextToken ?? 0);
      const ids = this.history.slice(from, from + 50).map(({ id }) => id);
      const isLast = from + 50 >= this.history.length;
      return { QueryExecutionIds: ids, ...(isLast ? {} : { NextToken: String(from + 50) }) };
    }
    const executionOf = ({ id, state, database }: (typeof this.history)[number]) => ({
      QueryExecutionId: id,
      QueryExecutionContext: { Database: database },
      Status: { State: state },
    });
    if (operation === 'BatchGetQueryExecution') {
      const asked = this.history.filter(({ id }) => body.QueryExecutionIds?.includes(id) === true);
      return { QueryExecutions: asked.map(executionOf) };
    }
    const statement = this.history.find(({ id }) => id === body.QueryExecutionId);
    if (statement === undefined) return null;
    if (operation === 'StopQueryExecution') statement.state = 'STOPPING';
    const seen = statement.state === 'STOPPING' ? { ...statement, state: 'RUNNING' } : statement;
    if (operation === 'GetQueryExecution' && statement.state === 'STOPPING') statement.state = 'CANCELLED';
    return { QueryExecution: executionOf(seen) };
  }

  #perform(operation: string, token: string | undefined): object {
    if (operation === 'StartQueryExecution') return { QueryExecutionId: `q${this.starts.length}` };
    if (operation === 'GetQueryExecution') {
      const Status = this.states[Math.min(this.#polls++, this.states.length - 1)];
      return { QueryExecution: { Status } };
    }
    const index = Number(token ?? 0);
    const page = this.pages[index];
    return {
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: page?.columns },
        Rows: page?.rows.map((row) => ({
          Data: row.map((text) => (text === null ? {} : { VarCharValue: text })),
        })),
      },
      ...(index + 1 < this.pages.length ? { NextToken: String(index + 1) } : {}),
    };
  }
}

/** An error as the SDK reads it. */
export function refusal(type: string, message: string): Answer {
  return json({ __type: type, message }, 400);
}

function json(body: object, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
