import type { RandomSource } from '../ports/random-source.ts';
import type { FakestoreSettings } from './settings.ts';

/**
 * The pause after a failed attempt: exponential backoff with full jitter (a random share of the bound), so that clients
 * which failed together do not come back together.
 *
 * @param attempt 1 for the first
 */
export function backoffMs(attempt: number, random: RandomSource, settings: FakestoreSettings): number {
  const boundMs = Math.min(settings.backoffCapMs, settings.backoffBaseMs * 2 ** (attempt - 1));
  return Math.floor(random.next() * boundMs);
}

/**
 * How long a Retry-After header asks to wait: whole seconds, or a date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from `nowMs`, 0 for a date that has passed, null without a readable header
 */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3,9},/.test(text)) return null;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}
