import { US_PER_SECOND } from './calendar.ts';
import type { FunnelEntry } from './funnel-entries.ts';
import { groupBy, type Row } from './row.ts';

/** By what a day's entries are broken down, and the value of each entry. */
const BREAKDOWNS: readonly (readonly [name: string, valueIn: (entry: FunnelEntry) => string])[] = [
  ['none', () => 'all'],
  ['channel', ({ channel }) => channel],
  ['device', ({ device }) => device],
  ['country', ({ country }) => country],
  ['is_new_customer', ({ isNewCustomer }) => String(isNewCustomer)],
];

/** funnel_daily: for each group with an entry, every step. */
export function funnelDailyRows(entries: readonly FunnelEntry[]): Row[] {
  return BREAKDOWNS.flatMap(([breakdown, valueIn]) => {
    const groups = groupBy(entries, (entry) =>
      JSON.stringify([entry.funnel.name, entry.unitKind, entry.entryDate, valueIn(entry)]),
    );
    return [...groups.values()].flatMap((group) => groupRows(group, breakdown, valueIn));
  });
}

function groupRows(
  group: readonly FunnelEntry[],
  breakdown: string,
  valueIn: (entry: FunnelEntry) => string,
): Row[] {
  const [first] = group;
  if (first === undefined) return [];
  const reachedStep = (step: number) => group.filter(({ chain }) => chain.length >= step);
  return first.funnel.steps.map((stepName, index) => {
    const step = index + 1;
    const reached = reachedStep(step);
    const isLast = step === first.funnel.steps.length;
    return {
      funnel: first.funnel.name,
      unit_kind: first.unitKind,
      entry_date: first.entryDate,
      breakdown,
      breakdown_value: valueIn(first),
      step,
      step_name: stepName,
      entered: group.length,
      reached: reached.length,
      dropped_off: isLast ? 0 : reached.length - reachedStep(step + 1).length,
      median_time_from_entry_s: medianTimeS(reached, step),
      is_final: first.isFinal,
    };
  });
}

/** The ceil(n/2)-th smallest time from the entry to the step; null when nobody reached it. */
function medianTimeS(reached: readonly FunnelEntry[], step: number): number | null {
  const timesUs = reached
    .map(({ chain }) => (chain[step - 1]?.event.eventTimeUs ?? 0) - chain[0].event.eventTimeUs)
    .sort((left, right) => left - right);
  const middle = timesUs[Math.ceil(timesUs.length / 2) - 1];
  return middle === undefined ? null : middle / US_PER_SECOND;
}
