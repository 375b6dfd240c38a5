import { addMonths, datesFrom, isoWeek, monthStart, weekdayOf, weekStart } from './calendar.ts';
import type { Row } from './row.ts';

/** dim_date: whole years, from that of the earliest date to that of the latest. */
export function dateRows(dates: Iterable<string>): Row[] {
  const years = new Set([...dates].map((date) => date.slice(0, 4)));
  const ordered = [...years].sort();
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return [];
  return datesFrom(`${first}-01-01`, `${last}-12-31`).map((date) => {
    const month = Number(date.slice(5, 7));
    const weekday = weekdayOf(date);
    return {
      date,
      year: Number(date.slice(0, 4)),
      quarter: Math.ceil(month / 3),
      month,
      iso_week: isoWeek(date),
      day_of_week: weekday,
      is_weekend: weekday >= 6,
      month_start: addMonths(monthStart(date), 0),
      week_start: weekStart(date),
    };
  });
}
