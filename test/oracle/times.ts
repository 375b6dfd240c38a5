/** Times are microseconds since 1970, dates are `YYYY-MM-DD`; all of it is UTC. */

export const HOUR_US = 3_600_000_000;
export const DAY_US = 24 * HOUR_US;

/** Reads RFC 3339 with any zone and at most six places. */
export function parseTime(text: string): number {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  if (match === null) throw new RangeError(`no time: ${text}`);
  const [, seconds = '', fraction = '', zone = ''] = match;
  return Date.parse(`${seconds}${zone}`) * 1000 + Number(fraction.padEnd(6, '0'));
}

/** `2026-01-31 10:15:00.000000`. */
export function timeText(timeUs: number): string {
  const wholeMs = Math.floor(timeUs / 1_000_000) * 1000;
  const fraction = timeUs - wholeMs * 1000;
  const text = new Date(wholeMs).toISOString().slice(0, 19).replace('T', ' ');
  return `${text}.${String(fraction).padStart(6, '0')}`;
}

export function timeTextOrNull(timeUs: number | null): string | null {
  return timeUs === null ? null : timeText(timeUs);
}

export function dateOf(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1000)).toISOString().slice(0, 10);
}

/** Midnight at which the date begins. */
export function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) * 1000;
}

export function addDays(date: string, days: number): string {
  return dateOf(startOf(date) + days * DAY_US);
}

export function daysBetween(from: string, to: string): number {
  return (startOf(to) - startOf(from)) / DAY_US;
}

/** Every date from the first to the last, both included. */
export function datesFrom(first: string, last: string): readonly string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date);
  return dates;
}

export function monthOf(date: string): string {
  return `${date.slice(0, 7)}-01`;
}

/** The first day of the month so many months later. */
export function addMonths(month: string, months: number): string {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12);
  return `${String(year).padStart(4, '0')}-${String(count - year * 12 + 1).padStart(2, '0')}-01`;
}

/** 1 is Monday, 7 is Sunday. */
export function dayOfWeek(date: string): number {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 ? 7 : day;
}

/** The Monday of the date's week. */
export function weekOf(date: string): string {
  return addDays(date, 1 - dayOfWeek(date));
}

/** Week 1 is the one with the year's first Thursday, so a week is numbered within the year of its Thursday. */
export function isoWeek(date: string): number {
  const thursday = addDays(weekOf(date), 3);
  return Math.floor(daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) / 7) + 1;
}
