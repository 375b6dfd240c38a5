/** UTC dates as `YYYY-MM-DD`, which sort as text; all by counting days from 1970-01-01, a Thursday. */

export const US_PER_SECOND = 1_000_000;
export const US_PER_DAY = 86_400 * US_PER_SECOND;
const MS_PER_DAY = 86_400_000;

export function dateOf(timeUs: number): string {
  return dateOfDay(Math.floor(timeUs / US_PER_DAY));
}

/** Start of the date, microseconds since the epoch. */
export function startOf(date: string): number {
  return dayOf(date) * US_PER_DAY;
}

export function addDays(date: string, days: number): string {
  return dateOfDay(dayOf(date) + days);
}

/** 1 = Monday .. 7 = Sunday. */
export function weekdayOf(date: string): number {
  return ((((dayOf(date) + 3) % 7) + 7) % 7) + 1;
}

export function weekStart(date: string): string {
  return addDays(date, 1 - weekdayOf(date));
}

export function monthStart(date: string): string {
  return `${date.slice(0, 7)}-01`;
}

export function addMonths(monthStartDate: string, months: number): string {
  const index = Number(monthStartDate.slice(0, 4)) * 12 + Number(monthStartDate.slice(5, 7)) - 1 + months;
  const month = String((index % 12) + 1).padStart(2, '0');
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${month}-01`;
}

/** Number of the ISO week: the one with the year's first Thursday is week 1. */
export function isoWeek(date: string): number {
  const thursday = addDays(weekStart(date), 3);
  const newYear = `${thursday.slice(0, 4)}-01-01`;
  return Math.floor((dayOf(thursday) - dayOf(newYear)) / 7) + 1;
}

/** Every date from the first to the last, both included. */
export function datesFrom(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date);
  return dates;
}

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;
}

function dateOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
