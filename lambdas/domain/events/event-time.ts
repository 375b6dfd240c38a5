/**
 * `2026-01-31T10:15:00[.ffffff](Z|+hh:mm)`: RFC 3339 as far as every engine can follow: no leap second, offsets up to 14
 * hours (Trino knows no others).
 */
export const TIME_PATTERN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:[Zz]|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

const US_PER_SECOND = 1_000_000;
export const MAX_OFFSET_MINUTES = 14 * 60;
const DOT = 46;
const PLUS = 43;
const MINUS = 45;

/**
 * The time in microseconds since the epoch, exact; null when the text matches TIME_PATTERN but names no time: a day
 * that its month has not, an offset beyond 14:00. Only for text that matches the pattern.
 */
export function parseEventTime(text: string): number | null {
  const day = daysSinceEpoch(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  if (day === null) return null;
  const seconds = digits(text, 11, 13) * 3600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  let zoneAt = 19;
  let fractionUs = 0;
  if (text.charCodeAt(19) === DOT) {
    zoneAt =
      text.length -
      (text.charCodeAt(text.length - 6) === PLUS || text.charCodeAt(text.length - 6) === MINUS ? 6 : 1);
    fractionUs = digits(text, 20, zoneAt) * 10 ** (6 - (zoneAt - 20));
  }
  const offsetMinutes = offsetAt(text, zoneAt);
  if (Math.abs(offsetMinutes) > MAX_OFFSET_MINUTES) return null;
  return (day * 86_400 + seconds - offsetMinutes * 60) * US_PER_SECOND + fractionUs;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, or null for a day that does not exist. */
export function daysSinceEpoch(year: number, month: number, day: number): number | null {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const monthDays =
    month === 2 ? (isLeap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  if (day > monthDays) return null;
  // Years that begin in March put the leap day last; 719,468 days lie between 0000-03-01 and 1970-01-01.
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function offsetAt(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign !== PLUS && sign !== MINUS) return 0;
  const minutes = digits(text, at + 1, at + 3) * 60 + digits(text, at + 4, at + 6);
  return sign === MINUS ? -minutes : minutes;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
