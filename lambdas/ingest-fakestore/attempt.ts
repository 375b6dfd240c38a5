import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Timers } from '../ports/timers.ts';
import { deadlineAfter } from './deadline.ts';
import { BodyTooLargeError, readBody } from './read-body.ts';
import { retryAfterMs } from './retry-delay.ts';
import type { FakestoreSettings } from './settings.ts';
import { conditionHeaders, type Validators, validatorsOf } from './validators.ts';

export interface WebDependencies {
  readonly fetch: HttpClient;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Why there is no page. A detail says what was wrong and never repeats what the API sent. */
export interface Failure {
  readonly kind: 'failure';
  /** `unavailable`: no answer of the service. `refused`: an answer that must not be taken. */
  readonly outcome: 'unavailable' | 'refused';
  readonly detail: string;
  /** Whether the same request may fare better soon. */
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;
}

export type AttemptResult =
  | {
      readonly kind: 'rows';
      readonly rows: readonly unknown[];
      /** To ask with the next time; null when the API sends none. */
      readonly validators: Validators | null;
    }
  /** The answer is still the one that the request's validators are of. */
  | { readonly kind: 'unmodified' }
  | Failure;

/** A list to be asked for. */
export interface ListRequest {
  readonly url: URL;
  /** Of the answer that the caller has; null: it wants the list in any case. */
  readonly validators: Validators | null;
}

const REQUEST_HEADERS = { accept: 'application/json', 'user-agent': 'millpond-ingest-fakestore/1' };
/** 408 Request Timeout, 425 Too Early, 429 Too Many Requests; and every 5xx, Cloudflare's 520 to 526 among them. */
const TRANSIENT_STATUSES = [408, 425, 429];

/** One request for a list, under a time limit of its own inside `total`. Never throws. */
export async function attemptRows(
  { url, validators }: ListRequest,
  deps: WebDependencies,
  limits: { readonly settings: FakestoreSettings; readonly total: AbortSignal },
): Promise<AttemptResult> {
  const { settings, total } = limits;
  const attempt = deadlineAfter(deps.timers, settings.attemptTimeoutMs);
  const signal = AbortSignal.any([total, attempt.signal]);
  try {
    const response = await deps.fetch(url, {
      method: 'GET',
      headers: { ...REQUEST_HEADERS, ...conditionHeaders(validators) },
      redirect: 'manual',
      signal,
    });
    if (response.status === 304 && validators !== null) return { kind: 'unmodified' };
    const problem = headProblem(response, deps.clock.nowMs());
    if (problem !== null) return problem;
    return parseRows(await readBody(response, settings.maxBodyBytes), validatorsOf(response.headers));
  } catch (error) {
    if (error instanceof BodyTooLargeError) return refused(error.message, false);
    if (total.aborted) return unavailable(`no full answer within ${settings.totalDeadlineMs} ms in all`);
    if (signal.aborted) return unavailable(`no full answer within ${settings.attemptTimeoutMs} ms`);
    return unavailable(`the connection failed (${connectionCode(error)})`);
  } finally {
    attempt.end();
  }
}

/** What status and headers have against an answer, before its body is read. */
function headProblem(response: Response, nowMs: number): Failure | null {
  const { status } = response;
  if (status === 304) return refused('status 304 although no version was named');
  if (status >= 300 && status < 400) {
    return refused(`status ${status} points to another address; redirects are not followed`, false);
  }
  if (status !== 200) {
    return {
      ...unavailable(`status ${status} instead of 200`),
      isTransient: status >= 500 || TRANSIENT_STATUSES.includes(status),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs),
    };
  }
  const contentType = response.headers.get('content-type') ?? '';
  const isJson = /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType);
  return isJson ? null : refused('the content type is not application/json');
}

/**
 * The rows of a body. The parser's own message is not passed on: it quotes the text.
 *
 * Garbage under a good status is transient: proxies and half-started services send it for minutes.
 */
function parseRows(body: Uint8Array, validators: Validators | null): AttemptResult {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refused(`the body of ${body.length} bytes is no JSON text`);
  }
  if (Array.isArray(value)) return { kind: 'rows', rows: value, validators };
  return refused(`expected a JSON list, got ${value === null ? 'null' : typeof value}`);
}

function refused(detail: string, isTransient = true): Failure {
  return { kind: 'failure', outcome: 'refused', detail, isTransient, retryAfterMs: null };
}

function unavailable(detail: string): Failure {
  return { kind: 'failure', outcome: 'unavailable', detail, isTransient: true, retryAfterMs: null };
}

/** `ECONNREFUSED` and its like, which `fetch` hides in the cause; nothing of a message. */
function connectionCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : 'no code';
}
