import { describe, expect, test } from 'vitest';
import { modelOf } from './harness.ts';

/**
 * The columns that tables.md promises to everyone who queries the lake, by table: no name, type or key of these ever
 * changes. More columns may stand beside them.
 */
const STAGED_EVENT =
  'event_id varchar, event_type varchar, event_time timestamp(6), arrival_time timestamp(6), lateness_s double, ' +
  'session_id varchar, anonymous_id varchar, user_id varchar, product_id varchar, quantity bigint, ' +
  'unit_price money, currency varchar, order_id varchar, refund_id varchar, amount money, discount money, ' +
  'shipping money, tax money, channel varchar, campaign_id varchar, device varchar, country varchar, ' +
  'page_path varchar, search_term varchar, engaged_time_ms bigint, impressions bigint, clicks bigint, cost money, ' +
  'audience varchar, viewing_time_ms bigint, schema_version bigint';

const PROMISED: Readonly<Record<string, { key: string; partition: string; columns: string }>> = {
  stg_events: { key: 'event_id', partition: 'event_date', columns: STAGED_EVENT },
  stg_late_events: { key: 'event_id', partition: 'month(arrival_date)', columns: STAGED_EVENT },
  stg_order_lines: {
    key: 'order_id, line_number',
    partition: 'event_date',
    columns:
      'order_id varchar, line_number bigint, event_id varchar, event_time timestamp(6), product_id varchar, ' +
      'quantity bigint, unit_price money, currency varchar',
  },
  stg_products: {
    key: 'id, valid_from',
    partition: 'none',
    columns: 'id varchar, valid_from timestamp(6), is_active boolean',
  },
  stg_users: {
    key: 'id, valid_from',
    partition: 'none',
    columns: 'id varchar, valid_from timestamp(6), is_active boolean',
  },
  stg_carts: {
    key: 'id, valid_from',
    partition: 'none',
    columns: 'id varchar, valid_from timestamp(6), is_active boolean',
  },
  dim_customer: {
    key: 'customer_id',
    partition: 'none',
    columns:
      'customer_id varchar, first_seen_at timestamp(6), first_order_at timestamp(6), sign_up_at timestamp(6), ' +
      'country varchar, first_channel varchar, first_campaign_id varchar, devices bigint, email_hash varchar, ' +
      'is_synthetic boolean',
  },
  dim_device: {
    key: 'anonymous_id',
    partition: 'none',
    columns:
      'anonymous_id varchar, customer_id varchar, first_seen_at timestamp(6), last_seen_at timestamp(6)',
  },
  dim_product: {
    key: 'product_id, valid_from',
    partition: 'none',
    columns:
      'product_id varchar, valid_from timestamp(6), valid_to timestamp(6), is_current boolean, name varchar, ' +
      'category varchar, price money, is_active boolean, is_synthetic boolean',
  },
  dim_date: {
    key: 'date',
    partition: 'none',
    columns:
      'date date, year bigint, quarter bigint, month bigint, iso_week bigint, day_of_week bigint, ' +
      'is_weekend boolean, month_start date, week_start date',
  },
  fct_sessions: {
    key: 'anonymous_id, session_id',
    partition: 'session_date',
    columns:
      'anonymous_id varchar, session_id varchar, session_date date, customer_id varchar, ' +
      'started_at timestamp(6), ended_at timestamp(6), events bigint, page_views bigint, duration_s double, ' +
      'channel varchar, campaign_id varchar, device varchar, country varchar, landing_page varchar, ' +
      'is_bounce boolean, has_view_item boolean, has_add_to_cart boolean, has_begin_checkout boolean, ' +
      'has_purchase boolean, revenue money',
  },
  fct_orders: {
    key: 'order_id',
    partition: 'order_date',
    columns:
      'order_id varchar, order_date date, customer_id varchar, session_id varchar, order_source varchar, ' +
      'ordered_at timestamp(6), order_number bigint, lines bigint, units bigint, currency varchar, ' +
      'original_currency varchar, channel varchar, country varchar, gross money, discount money, ' +
      'refunded money, net money',
  },
  fct_order_lines: {
    key: 'order_id, line_number',
    partition: 'order_date',
    columns:
      'order_id varchar, line_number bigint, order_date date, customer_id varchar, product_id varchar, ' +
      'product_valid_from timestamp(6), quantity bigint, unit_price money, line_total money',
  },
  fct_refunds: {
    key: 'refund_id',
    partition: 'refund_date',
    columns:
      'refund_id varchar, refund_date date, order_id varchar, customer_id varchar, refunded_at timestamp(6), ' +
      'amount money',
  },
  customer_days: {
    key: 'customer_id, activity_date',
    partition: 'month(activity_date)',
    columns:
      'customer_id varchar, activity_date date, events bigint, sessions bigint, orders bigint, gross money, ' +
      'discount money, refunds money, net money, was_active boolean, was_buyer boolean',
  },
  funnel_entries: {
    key: 'funnel, unit_kind, unit_id, entry_date',
    partition: 'entry_date',
    columns:
      'funnel varchar, unit_kind varchar, unit_id varchar, entry_date date, entry_time timestamp(6), depth bigint, ' +
      'step_2_at timestamp(6), step_3_at timestamp(6), step_4_at timestamp(6), step_5_at timestamp(6), ' +
      'completed_at timestamp(6), channel varchar, device varchar, country varchar, is_new_customer boolean, ' +
      'is_final boolean',
  },
  funnel_daily: {
    key: 'funnel, unit_kind, entry_date, breakdown, breakdown_value, step',
    partition: 'month(entry_date)',
    columns:
      'funnel varchar, unit_kind varchar, entry_date date, breakdown varchar, breakdown_value varchar, ' +
      'step bigint, step_name varchar, entered bigint, reached bigint, dropped_off bigint, ' +
      'median_time_from_entry_s double, is_final boolean',
  },
  cohort_retention: {
    key: 'cohort_kind, period, cohort_start, period_index',
    partition: 'none',
    columns:
      'cohort_kind varchar, period varchar, cohort_start date, period_index bigint, cohort_size bigint, ' +
      'returned bigint, returned_or_later bigint, rate double, is_final boolean',
  },
  cohort_ltv: {
    key: 'cohort_month, age_month',
    partition: 'none',
    columns:
      'cohort_month date, age_month bigint, cohort_size bigint, active_customers bigint, orders bigint, ' +
      'net money, cumulative_net money, ltv money, is_final boolean',
  },
  unallocated_net: {
    key: 'month, reason',
    partition: 'none',
    columns: 'month date, reason varchar, net money',
  },
  customer_ltv: {
    key: 'customer_id',
    partition: 'none',
    columns:
      'customer_id varchar, cohort_month date, first_order_at timestamp(6), last_order_at timestamp(6), ' +
      'orders bigint, gross money, discount money, refunds money, net money, median_gap_days bigint',
  },
  product_daily: {
    key: 'product_id, sale_date',
    partition: 'month(sale_date)',
    columns:
      'product_id varchar, sale_date date, views bigint, add_to_carts bigint, orders bigint, units bigint, ' +
      'gross money',
  },
  daily_sales: {
    key: 'sale_date, order_source, channel, country',
    partition: 'month(sale_date)',
    columns:
      'sale_date date, order_source varchar, channel varchar, country varchar, orders bigint, units bigint, ' +
      'gross money, discount money, refunds money, net money, average_order money, previous_day_net money, ' +
      'is_final boolean',
  },
};

describe('the contract of tables.md', () => {
  for (const [name, promised] of Object.entries(PROMISED)) {
    test(`holds for ${name}: key, partition, and each column with its type`, () => {
      const model = modelOf(name);
      if (model.kind !== 'table') throw new TypeError(`${name} is no table`);

      const partition = model.partition;
      const declared = new Map(model.columns.map(({ name: column, type }) => [column, type]));

      expect(model.key.join(', ')).toBe(promised.key);
      expect(
        partition.kind === 'none'
          ? 'none'
          : partition.kind === 'month'
            ? `month(${partition.column})`
            : partition.column,
      ).toBe(promised.partition);
      for (const column of promised.columns.split(', ')) {
        const [columnName = '', type = ''] = column.split(' ');
        expect(`${columnName} ${declared.get(columnName)}`).toBe(
          `${columnName} ${type === 'money' ? 'decimal(18,4)' : type}`,
        );
      }
      if (model.file.startsWith('curated/')) expect(declared.get('updated_at')).toBe('timestamp(6)');
    });
  }
});
