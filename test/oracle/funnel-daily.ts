import type { FunnelEntry } from './funnel-entries.ts';
import { greatest, groupBy, lowerMedian } from './lists.ts';
import type { Row } from './row.ts';
import { timeTextOrNull } from './times.ts';

/** What a funnel is broken down by, and the value of an entry. */
const BREAKDOWNS: Readonly<Record<string, (entry: FunnelEntry) => string>> = {
  none: () => 'all',
  channel: ({ channel }) => channel,
  device: ({ device }) => device,
  country: ({ country }) => country,
  is_new_customer: ({ isNewCustomer }) => String(isNewCustomer),
};

/** Rows of funnel_daily: every step of each group with an entry, also those that nobody reached. */
export function funnelDailyRows(entries: readonly FunnelEntry[]): readonly Row[] {
  return Object.entries(BREAKDOWNS).flatMap(([breakdown, read]) => {
    const groups = groupBy(entries, (entry) =>
      [entry.funnel.name, entry.unitKind, entry.entry.date, read(entry)].join('\n'),
    );
    return [...groups.values()].flatMap((group) => stepRows(group, breakdown, read));
  });
}

function stepRows(
  group: readonly FunnelEntry[],
  breakdown: string,
  read: (entry: FunnelEntry) => string,
): readonly Row[] {
  const [first] = group;
  if (first === undefined) return [];
  const reached = (step: number): readonly FunnelEntry[] => group.filter(({ chain }) => chain.length >= step);
  return first.funnel.steps.map((stepName, index) => {
    const step = index + 1;
    const isLast = step === first.funnel.steps.length;
    const came = reached(step);
    const secondsTaken = came.map(
      ({ chain, entry }) => ((chain[index]?.timeUs ?? 0) - entry.timeUs) / 1_000_000,
    );
    return {
      funnel: first.funnel.name,
      unit_kind: first.unitKind,
      entry_date: first.entry.date,
      breakdown,
      breakdown_value: read(first),
      step,
      step_name: stepName,
      entered: group.length,
      reached: came.length,
      dropped_off: isLast ? 0 : came.length - reached(step + 1).length,
      median_time_from_entry_s: lowerMedian(secondsTaken),
      is_final: first.isFinal,
      updated_at: timeTextOrNull(greatest(group.map(({ updatedUs }) => updatedUs))),
    };
  });
}
