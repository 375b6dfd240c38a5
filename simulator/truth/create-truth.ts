import type { SimulatedRecord } from '../shop-event.ts';
import { dateOf, US_PER_DAY } from './calendar.ts';
import { lifetimeValueRows, retentionRows, unallocatedRows } from './cohorts.ts';
import { customerDayRows, customerDaysOf } from './customer-days.ts';
import { customerValueRows } from './customer-value.ts';
import { customerRows, customersOf, firstSeenOf } from './customers.ts';
import { dateRows } from './dates.ts';
import { eventRows, lateEventRows, stagedLineRows } from './event-rows.ts';
import { funnelDailyRows } from './funnel-daily.ts';
import { FUNNELS, funnelEntries, funnelEntryRows } from './funnel-entries.ts';
import { activityOf, deviceRows } from './identity.ts';
import { type Arrivals, createIntake, type StagedEvent } from './intake.ts';
import { orderLineRows, orderRows, refundRows } from './order-rows.ts';
import { type Order, ordersOf, type Refund, refundsOf, reportingCurrencyOf } from './orders.ts';
import { productDayRows } from './product-days.ts';
import { dimProductRows, productVersions } from './products.ts';
import { type Row, sortedBy } from './row.ts';
import { dailySalesRows } from './sales.ts';
import { sessionRows, sessionsOf } from './sessions.ts';
import { type StoreSnapshot, storeHistory } from './store.ts';
import { cartRows, type HashEmail, productRows, userRows } from './store-rows.ts';
import { type TruthTotals, totalsOf } from './totals.ts';

export type { TruthTotals };

/** Key columns of each table, in the order in which its rows are sorted. */
export const TABLE_KEYS = {
  stg_events: ['event_id'],
  stg_order_lines: ['order_id', 'line_number'],
  stg_late_events: ['event_id'],
  stg_products: ['id', 'valid_from'],
  stg_users: ['id', 'valid_from'],
  stg_carts: ['id', 'valid_from'],
  dim_customer: ['customer_id'],
  dim_device: ['anonymous_id'],
  dim_date: ['date'],
  dim_product: ['product_id', 'valid_from'],
  fct_sessions: ['anonymous_id', 'session_id'],
  fct_orders: ['order_id'],
  fct_order_lines: ['order_id', 'line_number'],
  fct_refunds: ['refund_id'],
  customer_days: ['customer_id', 'activity_date'],
  funnel_entries: ['funnel', 'unit_kind', 'unit_id', 'entry_date'],
  funnel_daily: ['funnel', 'unit_kind', 'entry_date', 'breakdown', 'breakdown_value', 'step'],
  cohort_retention: ['cohort_kind', 'period', 'cohort_start', 'period_index'],
  cohort_ltv: ['cohort_month', 'age_month'],
  unallocated_net: ['month', 'reason'],
  customer_ltv: ['customer_id'],
  daily_sales: ['sale_date', 'order_source', 'channel', 'country'],
  product_daily: ['product_id', 'sale_date'],
} as const;
export type TableName = keyof typeof TABLE_KEYS;

export interface TruthOptions {
  /** What the store API answered, if it was asked. */
  readonly store?: readonly StoreSnapshot[];
  /** The lake's; default 3 days. */
  readonly allowedLatenessMs?: number;
  /** Set when the lake was given one; else that of the first purchase. */
  readonly reportingCurrency?: string;
  /** How the lake hashes addresses; without it `email_hash` is null. */
  readonly hashEmail?: HashEmail;
}

export interface Truth {
  readonly totals: TruthTotals;
  /** Rows in the order of TABLE_KEYS. */
  readonly tables: Readonly<Record<TableName, readonly Row[]>>;
}

export interface TruthBuilder {
  /** Takes note of a record; all of them, in the order in which the generator yields them. */
  observe(record: SimulatedRecord): void;
  /** What every table must hold once all of this has been staged. */
  finish(): Truth;
}

const DEFAULT_LATENESS_US = 3 * US_PER_DAY;

/**
 * The independent oracle: what Millpond's tables must hold, computed from the simulator's own objects, the slow and
 * obvious way, and with nothing of Millpond's rules or SQL.
 */
export function createTruth(options: TruthOptions = {}): TruthBuilder {
  const latenessUs =
    options.allowedLatenessMs === undefined ? DEFAULT_LATENESS_US : options.allowedLatenessMs * 1000;
  const intake = createIntake(latenessUs);
  return {
    observe: (record) => intake.observe(record),
    finish: () => truthOf(intake.finish(), latenessUs, options),
  };
}

function truthOf(arrivals: Arrivals, latenessUs: number, options: TruthOptions): Truth {
  const { staged, tooLate, newestArrivalUs } = arrivals;
  const watermarkUs = newestArrivalUs === null ? null : newestArrivalUs - latenessUs;
  const hashEmail = options.hashEmail ?? (() => null);
  const activity = activityOf(staged);
  const store = storeHistory(options.store ?? []);
  const products = productVersions(store);
  const reportingCurrency = options.reportingCurrency ?? reportingCurrencyOf(staged);
  const orders = ordersOf({ activity, store, products, reportingCurrency });
  const refunds = refundsOf(activity, orders, reportingCurrency);
  const sessions = sessionsOf(activity);
  const customerInputs = { activity, orders, store, hashEmail };
  const customers = customersOf(customerInputs);
  const days = customerDaysOf({ activity, sessions, orders, refunds });
  const funnelInputs = { activity, firstSeen: firstSeenOf(customers), watermarkUs };
  const entries = FUNNELS.flatMap((funnel) => funnelEntries(funnel, funnelInputs));
  const dates = datesOf(activity.events, orders, refunds);
  const cohortInputs = { days, newestDate: [...dates].sort().at(-1) ?? null, watermarkUs };
  return {
    totals: totalsOf({
      arrivals,
      orders,
      refunds,
      sessions: sessions.length,
      watermarkUs,
      reportingCurrency,
    }),
    tables: sortTables({
      stg_events: eventRows(staged),
      stg_order_lines: stagedLineRows(staged),
      stg_late_events: lateEventRows(tooLate),
      stg_products: productRows(store),
      stg_users: userRows(store, hashEmail),
      stg_carts: cartRows(store),
      dim_customer: customerRows(customers, customerInputs),
      dim_device: deviceRows(activity),
      dim_date: dateRows(dates),
      dim_product: dimProductRows(products),
      fct_sessions: sessionRows(sessions, orders),
      fct_orders: orderRows(orders, refunds),
      fct_order_lines: orderLineRows(orders, products),
      fct_refunds: refundRows(refunds),
      customer_days: customerDayRows(days),
      funnel_entries: funnelEntryRows(entries),
      funnel_daily: funnelDailyRows(entries),
      cohort_retention: retentionRows(cohortInputs),
      cohort_ltv: lifetimeValueRows(cohortInputs),
      unallocated_net: unallocatedRows(days),
      customer_ltv: customerValueRows(orders, refunds),
      daily_sales: dailySalesRows(orders, refunds, watermarkUs),
      product_daily: productDayRows(activity.events, orders),
    }),
  };
}

/** Every date of an event, an order or a refund. */
function datesOf(
  events: readonly StagedEvent[],
  orders: readonly Order[],
  refunds: readonly Refund[],
): Set<string> {
  return new Set([
    ...events.map(({ event }) => dateOf(event.eventTimeUs)),
    ...orders.map(({ orderedAtUs }) => dateOf(orderedAtUs)),
    ...refunds.map(({ refundedAtUs }) => dateOf(refundedAtUs)),
  ]);
}

function sortTables(tables: Readonly<Record<TableName, readonly Row[]>>): Truth['tables'] {
  const sorted: Record<TableName, readonly Row[]> = { ...tables };
  for (const name of tableNames()) sorted[name] = sortedBy(tables[name], TABLE_KEYS[name]);
  return sorted;
}

export function tableNames(): TableName[] {
  return Object.keys(TABLE_KEYS).filter((name): name is TableName => name in TABLE_KEYS);
}
