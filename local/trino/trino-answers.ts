import * as z from 'zod';
import { SqlError } from '../../lambdas/ports/sql-engine.ts';

const answer = z.looseObject({
  id: z.string(),
  nextUri: z.string().optional(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z
    .looseObject({
      message: z.string().default('no message'),
      errorName: z.string().default('UNKNOWN'),
      errorType: z.string().default(''),
    })
    .optional(),
});

/** One answer of Trino's protocol, as far as it is read. */
export type TrinoAnswer = z.output<typeof answer>;

/** Who was asked, for messages. */
export interface TrinoAsked {
  readonly url: string;
  readonly user: string;
}

/** Throws SqlError for what no Trino says: a proxy's page has no error in it, and must not read like an empty result. */
export function answerOf(value: unknown, { url }: TrinoAsked, sql: string): TrinoAnswer {
  const parsed = answer.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SqlError(
    `${url} gives an answer that is none of Trino's: is that the address of a coordinator?`,
    {
      sql,
    },
  );
}

/** Errors after which the same statement may pass: of Trino's own kinds, and of a table's other writers. */
const TRANSIENT_KINDS: ReadonlySet<string> = new Set(['INTERNAL_ERROR', 'INSUFFICIENT_RESOURCES']);
const TRANSIENT_NAMES: ReadonlySet<string> = new Set(['ICEBERG_COMMIT_ERROR']);

export function failureOf(error: NonNullable<TrinoAnswer['error']>, sql: string): SqlError {
  const isTransient = TRANSIENT_KINDS.has(error.errorType) || TRANSIENT_NAMES.has(error.errorName);
  return new SqlError(`${error.errorName}: ${error.message}`, { sql, isTransient });
}

const failedRequest = z.looseObject({
  code: z.string().optional(),
  message: z.string().optional(),
  response: z.looseObject({ status: z.number() }).optional(),
});

/**
 * What went wrong on the way. The client's own error is left out: it holds the request's headers, and with them
 * passwords and tokens.
 */
export function unansweredError(error: unknown, { url, user }: TrinoAsked, sql: string): Error {
  if (error instanceof SqlError) return error;
  const { code = '', message = 'no reason given', response } = failedRequest.safeParse(error).data ?? {};
  const status = response?.status;
  if (status === undefined) {
    const reason = code === '' || message.includes(code) ? message : `${code}, ${message}`;
    return new SqlError(`No Trino answers at ${url} (${reason}).`, { sql, isTransient: true });
  }
  if (status === 401 || status === 403) {
    return new SqlError(
      `Trino at ${url} does not let in the user ${user} (HTTP ${status}): MILLPOND_TRINO_USER with MILLPOND_TRINO_PASSWORD or MILLPOND_TRINO_TOKEN says who asks.`,
      { sql },
    );
  }
  if (status >= 500 || status === 429) {
    return new SqlError(`Trino at ${url} did not answer (HTTP ${status}).`, { sql, isTransient: true });
  }
  return new SqlError(`${url} answers with HTTP ${status}: is that the address of a coordinator?`, { sql });
}
