import { dateLiteral } from '../../../lambdas/domain/models/literal.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { counted, formatCount } from '../progress.ts';

/** A range of event dates, both inclusive. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** What came too late for a range of dates and no backfill has admitted yet. Keys as `--json` shows them. */
export interface LateEvents extends DateRange {
  readonly events: number;
  readonly by_date: readonly { readonly event_date: string; readonly events: number }[];
}

/** As the tables tell it: an event that no run has staged is not among them. */
export async function readLateEvents(engine: SqlEngine, range: DateRange): Promise<LateEvents> {
  const { rows } = await engine.query(
    `select cast(event_date as varchar), count(*) from stg_late_events where ${withinRange('event_date', range)} group by event_date order by event_date`,
  );
  const byDate = rows.map(([date, events]) => ({ event_date: String(date), events: Number(events) }));
  const { from, to } = range;
  return { from, to, events: byDate.reduce((sum, { events }) => sum + events, 0), by_date: byDate };
}

export function withinRange(column: string, { from, to }: DateRange): string {
  return `${column} between ${dateLiteral(from)} and ${dateLiteral(to)}`;
}

const SHOWN_DATES = 10;

/** `12 late events of 2026-03-01 .. 2026-03-07: 2026-03-01 7, 2026-03-02 5.` */
export function lateEventsText({ from, to, events, by_date: byDate }: LateEvents): string {
  if (events === 0) return `no event of ${from} .. ${to}: none waits for an admission.`;
  const shown = byDate.slice(0, SHOWN_DATES).map((each) => `${each.event_date} ${formatCount(each.events)}`);
  const hidden = byDate.length - shown.length;
  const more = hidden === 0 ? '' : `, and ${counted(hidden, 'other date')}`;
  return `${counted(events, 'late event')} of ${from} .. ${to}: ${shown.join(', ')}${more}.`;
}
