import type { StoreAnswer } from './routes.ts';

/** What may go wrong with the list of a resource. `times`: how many requests it spoils; absent: all. */
export type Fault = (
  | { readonly kind: 'hang' }
  /** Sends the right answer one byte at a time. */
  | { readonly kind: 'drip'; readonly intervalMs: number }
  /** Never stops sending. */
  | { readonly kind: 'endless' }
  /** Closes the connection in the middle of the body. */
  | { readonly kind: 'reset' }
  /** Sends something else altogether. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Sends the right answer with a changed body text. */
  | { readonly kind: 'text'; readonly change: (text: string) => string }
  /** Sends the right answer with changed rows. */
  | { readonly kind: 'rows'; readonly change: (rows: readonly object[]) => unknown }
) & { readonly times?: number };

const HTML_522 =
  '<!DOCTYPE html>\n<html><head><title>522: Connection timed out</title></head>' +
  '<body><h1>Connection timed out</h1><p>The web server did not answer in time.</p></body></html>\n';

/** What a proxy in front of the service says when the service is down. */
export const HTML_522_FAULT: Fault = {
  kind: 'answer',
  status: 522,
  contentType: 'text/html; charset=UTF-8',
  body: HTML_522,
};

/** The same page under a status that claims success. */
export const HTML_200_FAULT: Fault = { ...HTML_522_FAULT, status: 200 };

export const NULL_FAULT: Fault = { kind: 'text', change: () => 'null' };
export const TRUNCATED_FAULT: Fault = {
  kind: 'text',
  change: (text) => text.slice(0, Math.floor(text.length / 2)),
};

export function serverErrorFault(times: number): Fault {
  return { kind: 'answer', status: 500, contentType: 'text/plain', body: 'internal error', times };
}

/** @param retryAfter seconds, or an HTTP date */
export function tooManyRequestsFault(retryAfter: string, times: number): Fault {
  return {
    kind: 'answer',
    status: 429,
    contentType: 'text/plain',
    body: 'slow down',
    headers: { 'retry-after': retryAfter },
    times,
  };
}

export function redirectFault(location: string): Fault {
  return { kind: 'answer', status: 302, contentType: 'text/plain', body: '', headers: { location } };
}

export function fewerRowsFault(rowCount: number): Fault {
  return { kind: 'rows', change: (rows) => rows.slice(0, rowCount) };
}

/** Sets a field of every row: a new one, or one of another type. */
export function fieldFault(name: string, value: unknown): Fault {
  return { kind: 'rows', change: (rows) => rows.map((row) => ({ ...row, [name]: value })) };
}

export function removedFieldFault(name: string): Fault {
  return {
    kind: 'rows',
    change: (rows) =>
      rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))),
  };
}

/** What goes over the wire; bytes where a fault sends what is no text. */
export type SentAnswer = Omit<StoreAnswer, 'body'> & { readonly body: string | Uint8Array };

/** The answer as a fault alters it; null when the fault is one of the connection. */
export function alteredAnswer(fault: Fault, right: StoreAnswer, rows: readonly object[]): SentAnswer | null {
  if (fault.kind === 'answer') return fault;
  if (fault.kind === 'text') return { ...right, body: fault.change(right.body) };
  if (fault.kind === 'rows') return { ...right, body: JSON.stringify(fault.change(rows)) };
  return null;
}
