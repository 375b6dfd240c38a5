import type { QuarantineReason } from '../shop-event.ts';
import { dateOf } from './calendar.ts';
import type { Arrivals } from './intake.ts';
import { grossOf, type Order, type Refund } from './orders.ts';
import { groupBy, moneyText, sum, timestampText } from './row.ts';

/** What happened to the records, and what the numbers at the top of a report must be. */
export interface TruthTotals {
  readonly received: number;
  /** Distinct event_ids that are right: staged or too late. */
  readonly events: number;
  readonly staged: number;
  readonly tooLate: number;
  readonly duplicates: number;
  /** Part of quarantined. */
  readonly conflicts: number;
  readonly quarantined: number;
  readonly quarantinedByReason: Readonly<Partial<Record<QuarantineReason, number>>>;
  /** Staged events: event_type -> event_date -> count. */
  readonly eventsByTypeAndDay: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sessions: number;
  readonly orders: number;
  /** Sum of gross in the reporting currency, decimal text. */
  readonly revenue: string;
  readonly refunds: string;
  /** After everything has been staged; null before the first record. */
  readonly watermark: string | null;
  readonly reportingCurrency: string | null;
}

interface TotalInputs {
  readonly arrivals: Arrivals;
  readonly orders: readonly Order[];
  readonly refunds: readonly Refund[];
  readonly sessions: number;
  readonly watermarkUs: number | null;
  readonly reportingCurrency: string | null;
}

export function totalsOf({
  arrivals,
  orders,
  refunds,
  sessions,
  watermarkUs,
  reportingCurrency,
}: TotalInputs): TruthTotals {
  const byType = [...groupBy(arrivals.staged, ({ event }) => event.eventType)].map(([type, own]) => {
    const byDay = [...groupBy(own, ({ event }) => dateOf(event.eventTimeUs))];
    return [type, Object.fromEntries(byDay.map(([day, { length }]) => [day, length]))] as const;
  });
  const quarantinedByReason = arrivals.quarantined;
  return {
    received: arrivals.received,
    events: arrivals.staged.length + arrivals.tooLate.length,
    staged: arrivals.staged.length,
    tooLate: arrivals.tooLate.length,
    duplicates: arrivals.duplicates,
    conflicts: arrivals.conflicts,
    quarantined: Object.values(quarantinedByReason).reduce((total, count) => total + count, 0),
    quarantinedByReason,
    eventsByTypeAndDay: Object.fromEntries(byType),
    sessions,
    orders: orders.length,
    revenue: moneyText(sum(orders.map(grossOf))),
    refunds: moneyText(sum(refunds.map(({ amountE4 }) => amountE4))),
    watermark: timestampText(watermarkUs),
    reportingCurrency,
  };
}
