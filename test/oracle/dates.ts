import type { Row } from './row.ts';
import { datesFrom, dayOfWeek, isoWeek, monthOf, weekOf } from './times.ts';

/** Rows of dim_date: whole years, from that of the first date to that of the last. */
export function dateRows(dates: readonly string[]): readonly Row[] {
  const sorted = [...dates].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  return datesFrom(`${first.slice(0, 4)}-01-01`, `${last.slice(0, 4)}-12-31`).map((date) => {
    const month = Number(date.slice(5, 7));
    return {
      date,
      year: Number(date.slice(0, 4)),
      quarter: Math.ceil(month / 3),
      month,
      iso_week: isoWeek(date),
      day_of_week: dayOfWeek(date),
      is_weekend: dayOfWeek(date) >= 6,
      month_start: monthOf(date),
      week_start: weekOf(date),
    };
  });
}
