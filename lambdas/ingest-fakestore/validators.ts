import { createHmac } from 'node:crypto';

/** What a server said of the version of an answer (RFC 9110, 8.8); at least one of the two. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Raised when the lines of a snapshot change their form: an answer that is the same then makes other lines. */
const LINE_FORMAT = 1;
const BASIS_LENGTH = 16;
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The validators of an answer; null without one that can be sent back as it is. */
export function validatorsOf(headers: Headers): Validators | null {
  const etag = matching(headers.get('etag'), ETAG);
  const lastModified = matching(headers.get('last-modified'), HTTP_DATE);
  return etag === null && lastModified === null ? null : { etag, lastModified };
}

/** Asks for an answer only when it is another one; nothing without validators. */
export function conditionHeaders(validators: Validators | null): Record<string, string> {
  if (validators === null) return {};
  const { etag, lastModified } = validators;
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

/**
 * What validators hold for: an address, a key of the e-mail hashes and a form of our lines. With another of them the
 * same answer would be another snapshot, so it has to be read whole.
 */
export function validatorsBasis(url: URL, emailKey: Uint8Array): string {
  const text = `lines ${LINE_FORMAT} of ${url.href}`;
  return createHmac('sha256', emailKey).update(text).digest('hex').slice(0, BASIS_LENGTH);
}

function matching(header: string | null, pattern: RegExp): string | null {
  const text = header?.trim() ?? '';
  return pattern.test(text) ? text : null;
}
