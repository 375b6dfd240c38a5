/**
 * The pause after a failed attempt: exponential backoff with "full jitter", a random share of a bound that doubles up to
 * the cap, so that clients which were refused together do not come back together.
 *
 * @param attempt 1 for the first
 * @param share random, in [0, 1)
 * @returns whole milliseconds in [0, min(capMs, baseMs * 2^(attempt - 1)))
 */
export function fullJitterMs(
  attempt: number,
  { baseMs, capMs }: { readonly baseMs: number; readonly capMs: number },
  share: number,
): number {
  return Math.floor(share * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}
