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
