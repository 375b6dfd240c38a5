/**
 * Times in the domain are whole numbers since the epoch: milliseconds where the stream gives no more
 * (`...Ms`), microseconds where a producer may (`...Us`; exact in a double until the year 2255).
 */

export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** The UTC date of a time, `YYYY-MM-DD`. */
export function utcDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The UTC hour of a time, `00` to `23`. */
export function utcHour(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 13);
}

/** `2026-01-31T10:15:00.123Z` of milliseconds. */
export function isoFromMs(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** `2026-01-31T10:15:00.123456Z` of microseconds: always six places, so that text order is time order. */
export function isoFromUs(timeUs: number): string {
  const ms = Math.floor(timeUs / 1000);
  const us = timeUs - ms * 1000;
  return `${new Date(ms).toISOString().slice(0, 23)}${String(us).padStart(3, '0')}Z`;
}
