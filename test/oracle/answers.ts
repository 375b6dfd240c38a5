import { cohortRetentionRows } from './cohort-retention.ts';
import { customerDayRows, customerDays } from './customer-days.ts';
import { customerRows, customersOf } from './customers.ts';
import { dailySalesRows } from './daily-sales.ts';
import { dateRows } from './dates.ts';
import { funnelDailyRows } from './funnel-daily.ts';
import { funnelEntries, funnelEntryRows } from './funnel-entries.ts';
import { Identity } from './identity.ts';
import type { OracleInput } from './input.ts';
import { cohortLtvRows, customerLtvRows, unallocatedRows } from './lifetime.ts';
import { orderLineRows, orderRows, ordersOf, stagedLineRows } from './orders.ts';
import { productDailyRows } from './product-daily.ts';
import { productRows, productVersions } from './products.ts';
import { refundEvents, refundRows, refundsOf } from './refunds.ts';
import type { Answer, Row } from './row.ts';
import { sessionRows, sessionsOf } from './sessions.ts';
import { isAdvert } from './shop-event.ts';
import { orderEventRows, stage, stagedRows } from './staging.ts';
import { Visits } from './visits.ts';

/** What every table of tables.md §3 and §4 holds, given all that a lake was given. */
export function answersOf(input: OracleInput): readonly Answer[] {
  const { watermarkUs } = input;
  const staging = stage(input);
  const events = staging.events.filter((event) => !isAdvert(event));
  const identity = new Identity(events);
  const customerOf = identity.customerOf.bind(identity);
  const visits = new Visits(events);
  const products = productVersions(input);
  const refunded = refundEvents(events, input.reportingCurrency);
  const orders = ordersOf({ input, events, visits, customerOf, products, refunds: refunded });
  const refunds = refundsOf(refunded, orders, customerOf);
  const sessions = sessionsOf(visits, identity);
  const customers = customersOf({ input, events, identity, orders });
  const days = customerDays({ events, identity, sessions, orders, refunds });
  const entries = funnelEntries({ input, events, visits, identity, customers });
  const dates = [...events, ...orders, ...refunds].map(({ date }) => date).sort();
  const lake = { days, orders, refunds, watermarkUs, horizon: dates.at(-1) ?? null };
  return [
    answer('stg_events', ['event_id'], stagedRows(staging.events)),
    answer('stg_late_events', ['event_id'], stagedRows(staging.tooLate)),
    answer('stg_order_events', ['event_id'], orderEventRows(staging.events)),
    answer('stg_order_lines', ['order_id', 'line_number'], stagedLineRows(events)),
    answer('dim_customer', ['customer_id'], customerRows(customers, input)),
    answer('dim_device', ['anonymous_id'], identity.deviceRows()),
    answer('dim_product', ['product_id', 'valid_from'], productRows(products)),
    answer('dim_date', ['date'], dateRows(dates)),
    answer('fct_sessions', ['anonymous_id', 'session_id'], sessionRows(sessions, orders)),
    answer('fct_orders', ['order_id'], orderRows(orders)),
    answer('fct_order_lines', ['order_id', 'line_number'], orderLineRows(orders)),
    answer('fct_refunds', ['refund_id'], refundRows(refunds)),
    answer('customer_days', ['customer_id', 'activity_date'], customerDayRows(days)),
    answer('funnel_entries', ENTRY_KEY, funnelEntryRows(entries)),
    answer('funnel_daily', DAILY_KEY, funnelDailyRows(entries)),
    answer('cohort_retention', CELL_KEY, cohortRetentionRows(lake)),
    answer('cohort_ltv', ['cohort_month', 'age_month'], cohortLtvRows(lake)),
    answer('unallocated_net', ['month', 'reason'], unallocatedRows(lake)),
    answer('customer_ltv', ['customer_id'], customerLtvRows(lake)),
    answer('daily_sales', ['sale_date', 'order_source', 'channel', 'country'], dailySalesRows(lake)),
    answer('product_daily', ['product_id', 'sale_date'], productDailyRows(events, orders)),
  ];
}

const ENTRY_KEY = ['funnel', 'unit_kind', 'unit_id', 'entry_date'];
const DAILY_KEY = ['funnel', 'unit_kind', 'entry_date', 'breakdown', 'breakdown_value', 'step'];
const CELL_KEY = ['cohort_kind', 'period', 'cohort_start', 'period_index'];

function answer(table: string, key: readonly string[], rows: readonly Row[]): Answer {
  return { table, key, rows };
}
