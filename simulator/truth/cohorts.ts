import { addDays, addMonths, monthStart, startOf, weekStart } from './calendar.ts';
import { type CustomerDay, netOf } from './customer-days.ts';
import { divideRounded, groupBy, moneyText, type Row, sum } from './row.ts';

interface Period {
  readonly name: string;
  startOf(date: string): string;
  /** The start of the n-th period after the one that starts then. */
  after(start: string, periods: number): string;
}

const PERIODS: readonly Period[] = [
  { name: 'week', startOf: weekStart, after: (start, weeks) => addDays(start, 7 * weeks) },
  { name: 'month', startOf: monthStart, after: addMonths },
];

const KINDS: readonly (readonly [name: string, counts: (day: CustomerDay) => boolean])[] = [
  ['visit', ({ events }) => events > 0],
  ['purchase', ({ orders }) => orders > 0],
];

export interface CohortInputs {
  readonly days: readonly CustomerDay[];
  /** The newest date of an event, an order or a refund; null when there is none. */
  readonly newestDate: string | null;
  readonly watermarkUs: number | null;
}

/** cohort_retention. */
export function retentionRows(inputs: CohortInputs): Row[] {
  return KINDS.flatMap(([kind, counts]) =>
    PERIODS.flatMap((period) => {
      const days = inputs.days.filter(counts);
      return cohortsOf(days, period).flatMap((cohort) => cohortRows({ kind, period, cohort }, inputs));
    }),
  );
}

interface Cohort {
  readonly start: string;
  /** For each member, the starts of the periods in which he was active. */
  readonly members: readonly ReadonlySet<string>[];
}

/** Customers by the period of their first day. */
function cohortsOf(days: readonly CustomerDay[], period: Period): Cohort[] {
  const members = [...groupBy(days, ({ customerId }) => customerId).values()].map(
    (own) => new Set(own.map(({ date }) => period.startOf(date))),
  );
  const byStart = groupBy(members, (active) => earliestOf(active));
  return [...byStart].map(([start, group]) => ({ start, members: group }));
}

function cohortRows(
  { kind, period, cohort }: { readonly kind: string; readonly period: Period; readonly cohort: Cohort },
  { newestDate, watermarkUs }: CohortInputs,
): Row[] {
  const rows: Row[] = [];
  const horizon = newestDate === null ? cohort.start : period.startOf(newestDate);
  for (let index = 0; period.after(cohort.start, index) <= horizon; index += 1) {
    const start = period.after(cohort.start, index);
    const returned = cohort.members.filter((active) => active.has(start)).length;
    const later = cohort.members.filter((active) => [...active].some((other) => other >= start)).length;
    const isFinal = watermarkUs !== null && startOf(period.after(cohort.start, index + 1)) <= watermarkUs;
    rows.push({
      cohort_kind: kind,
      period: period.name,
      cohort_start: cohort.start,
      period_index: index,
      cohort_size: cohort.members.length,
      returned,
      returned_or_later: later,
      rate: isFinal ? returned / cohort.members.length : null,
      is_final: isFinal,
    });
  }
  return rows;
}

/** The month of each buyer's first order. */
function buyerCohorts(days: readonly CustomerDay[]): Map<string, string> {
  const ordering = groupBy(
    days.filter(({ orders }) => orders > 0),
    ({ customerId }) => customerId,
  );
  const cohorts = new Map<string, string>();
  for (const [customerId, own] of ordering) {
    cohorts.set(customerId, monthStart(earliestOf(own.map(({ date }) => date))));
  }
  return cohorts;
}

/** cohort_ltv: every member stays in the denominator, whether he came back or not. */
export function lifetimeValueRows({ days, newestDate, watermarkUs }: CohortInputs): Row[] {
  const cohortOf = buyerCohorts(days);
  const memberCounts = new Map(
    [...groupBy(cohortOf.values(), (month) => month)].map(([month, { length }]) => [month, length]),
  );
  const rows: Row[] = [];
  for (const [cohortMonth, cohortSize] of memberCounts) {
    const own = days.filter(({ customerId }) => cohortOf.get(customerId) === cohortMonth);
    const horizon = newestDate === null ? cohortMonth : monthStart(newestDate);
    let cumulativeE4 = 0n;
    for (let age = 0; addMonths(cohortMonth, age) <= horizon; age += 1) {
      const month = own.filter(({ date }) => monthStart(date) === addMonths(cohortMonth, age));
      const buying = month.filter(({ orders }) => orders > 0);
      const netE4 = sum(month.map(netOf));
      cumulativeE4 += netE4;
      rows.push({
        cohort_month: cohortMonth,
        age_month: age,
        cohort_size: cohortSize,
        active_customers: new Set(buying.map(({ customerId }) => customerId)).size,
        orders: buying.reduce((orders, day) => orders + day.orders, 0),
        net: moneyText(netE4),
        cumulative_net: moneyText(cumulativeE4),
        ltv: moneyText(divideRounded(cumulativeE4, cohortSize)),
        is_final: watermarkUs !== null && startOf(addMonths(cohortMonth, age + 1)) <= watermarkUs,
      });
    }
  }
  return rows;
}

/** unallocated_net: refunds of people who never ordered, or not before that month. */
export function unallocatedRows(days: readonly CustomerDay[]): Row[] {
  const cohortOf = buyerCohorts(days);
  const reasonOf = ({ customerId, date }: CustomerDay) => {
    const cohort = cohortOf.get(customerId);
    if (cohort === undefined) return 'no_order';
    return monthStart(date) < cohort ? 'before_first_order' : null;
  };
  const outside = days.filter((day) => (day.refundsE4 !== 0n || day.orders > 0) && reasonOf(day) !== null);
  return [...groupBy(outside, (day) => `${monthStart(day.date)} ${reasonOf(day)}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      return [
        { month: monthStart(first.date), reason: reasonOf(first), net: moneyText(sum(group.map(netOf))) },
      ];
    },
  );
}

function earliestOf(dates: Iterable<string>): string {
  return [...dates].sort()[0] ?? '';
}
