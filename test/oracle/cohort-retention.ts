import type { CustomerDay } from './customer-days.ts';
import { groupBy } from './lists.ts';
import { MONTH, type Period, WEEK } from './periods.ts';
import type { Row } from './row.ts';
import { startOf } from './times.ts';

/** What makes a member of a cohort, and what brings one back. */
const KINDS: Readonly<Record<string, (day: CustomerDay) => boolean>> = {
  visit: ({ events }) => events > 0,
  purchase: ({ orders }) => orders > 0,
};

interface Lake {
  readonly days: readonly CustomerDay[];
  /** Newest date of an event, order or refund. */
  readonly horizon: string | null;
  readonly watermarkUs: number | null;
}

/** Rows of cohort_retention: first-time cohorts, dense from their own period to that of the horizon. */
export function cohortRetentionRows(lake: Lake): readonly Row[] {
  return Object.entries(KINDS).flatMap(([kind, counts]) =>
    [WEEK, MONTH].flatMap((period) => {
      const members = [...groupBy(lake.days.filter(counts), ({ customerId }) => customerId).values()].map(
        (days) => activePeriods(days, period),
      );
      const cohorts = groupBy(members, (periods) => periods[0] ?? '');
      return [...cohorts].flatMap(([start, cohort]) => cells(lake, { kind, period, start, cohort }));
    }),
  );
}

/** First days of the periods in which a customer was active, ascending. */
function activePeriods(days: readonly CustomerDay[], period: Period): readonly string[] {
  return [...new Set(days.map(({ date }) => period.startOf(date)))].sort();
}

function cells(
  { horizon, watermarkUs }: Lake,
  {
    kind,
    period,
    start,
    cohort,
  }: {
    readonly kind: string;
    readonly period: Period;
    readonly start: string;
    readonly cohort: readonly (readonly string[])[];
  },
): readonly Row[] {
  const last = period.between(start, period.startOf(horizon ?? start));
  return Array.from({ length: last + 1 }, (_, index) => {
    const now = period.add(start, index);
    const returned = cohort.filter((periods) => periods.includes(now)).length;
    const isFinal = watermarkUs !== null && startOf(period.add(now, 1)) <= watermarkUs;
    return {
      cohort_kind: kind,
      period: period.name,
      cohort_start: start,
      period_index: index,
      cohort_size: cohort.length,
      returned,
      returned_or_later: cohort.filter((periods) => periods.some((active) => active >= now)).length,
      rate: isFinal ? returned / cohort.length : null,
      is_final: isFinal,
    };
  });
}
