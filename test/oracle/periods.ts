import { addDays, addMonths, daysBetween, monthOf, weekOf } from './times.ts';

/** Calendar periods in UTC: weeks from Monday, months from the first. */
export interface Period {
  readonly name: 'week' | 'month';
  /** First day of the date's period. */
  readonly startOf: (date: string) => string;
  /** First day of the period so many later. */
  readonly add: (start: string, periods: number) => string;
  /** How many periods later the second one begins. */
  readonly between: (start: string, later: string) => number;
}

export const WEEK: Period = {
  name: 'week',
  startOf: weekOf,
  add: (start, weeks) => addDays(start, 7 * weeks),
  between: (start, later) => daysBetween(start, later) / 7,
};

export const MONTH: Period = {
  name: 'month',
  startOf: monthOf,
  add: addMonths,
  between: (start, later) => monthCount(later) - monthCount(start),
};

function monthCount(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
}
