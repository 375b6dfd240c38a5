import type { SqlEngine, SqlValue } from '../../../lambdas/ports/sql-engine.ts';

/** One step of the funnel: customers that reached it. */
export interface FunnelLine {
  readonly step: number;
  readonly event_type: string;
  readonly reached: number;
}

export interface CohortCell {
  readonly cohort_start: string;
  readonly week: number;
  readonly cohort_size: number;
  readonly returned: number;
  readonly is_final: boolean;
}

export interface LifetimeValueCell {
  readonly cohort_month: string;
  readonly age_month: number;
  readonly cohort_size: number;
  readonly orders: number;
  /** Decimal text with four places, as every money here. */
  readonly ltv: string;
  readonly is_final: boolean;
}

export interface SalesLine {
  readonly week: string;
  readonly orders: number;
  readonly units: number;
  readonly gross: string;
  readonly discount: string;
  readonly refunds: string;
  readonly net: string;
}

/** Totals that the simulator's truth knows too. */
export interface ShopTotals {
  readonly staged: number;
  readonly sessions: number;
  /** Of the web shop and of the store API. */
  readonly orders: number;
  readonly store_carts: number;
  /** Of both, too. */
  readonly revenue: string;
  readonly refunds: string;
}

/** What the shop's tables say, read for people. */
export interface ShopReport {
  readonly funnel: readonly FunnelLine[];
  readonly cohorts: readonly CohortCell[];
  readonly lifetime_value: readonly LifetimeValueCell[];
  readonly sales: readonly SalesLine[];
  readonly totals: ShopTotals;
}

/** The funnel of the whole time counts each customer once: its deepest entry. */
const FUNNEL = `
with customers as (
  select unit_id, max(depth) as depth
  from funnel_entries where funnel = 'shop' and unit_kind = 'customer' group by unit_id
)
select steps.step, steps.event_type, count(*) as reached
from funnel_steps as steps
inner join customers on customers.depth >= steps.step
where steps.funnel = 'shop' and steps.unit_kind = 'customer' and not steps.is_exclusion
group by steps.step, steps.event_type order by steps.step`;

const COHORTS = `
select cast(cohort_start as varchar), period_index, cohort_size, returned, is_final
from cohort_retention where cohort_kind = 'visit' and period = 'week'
order by cohort_start, period_index`;

/** Months in which the web shop sold: the store API's carts are of years ago. */
const LIFETIME_VALUE = `
select cast(cohort_month as varchar), age_month, cohort_size, orders, ltv, is_final
from cohort_ltv
where cohort_month >= (select min(date_trunc('month', order_date)) from fct_orders where order_source = 'web')
order by cohort_month, age_month`;

const SALES = `
select cast(date_trunc('week', sale_date) as varchar) as week, sum(orders), sum(units),
  cast(sum(gross) as decimal(18,4)), cast(sum(discount) as decimal(18,4)),
  cast(sum(refunds) as decimal(18,4)), cast(sum(net) as decimal(18,4))
from daily_sales where order_source = 'web' group by week order by week`;

const TOTALS = `
select (select count(*) from stg_events), (select count(*) from fct_sessions), (select count(*) from fct_orders),
  (select cast(coalesce(sum(gross), 0) as decimal(18,4)) from fct_orders),
  (select cast(coalesce(sum(amount), 0) as decimal(18,4)) from fct_refunds),
  (select count(*) from fct_orders where order_source = 'fakestore')`;

export async function readShopReport(engine: SqlEngine): Promise<ShopReport> {
  const rows = async (sql: string) => (await engine.query(sql)).rows;
  const [totals = []] = await rows(TOTALS);
  return {
    funnel: (await rows(FUNNEL)).map(([step, type, reached]) => ({
      step: count(step),
      event_type: text(type),
      reached: count(reached),
    })),
    cohorts: (await rows(COHORTS)).map(([start, week, size, returned, isFinal]) => ({
      cohort_start: text(start),
      week: count(week),
      cohort_size: count(size),
      returned: count(returned),
      is_final: isFinal === true,
    })),
    lifetime_value: (await rows(LIFETIME_VALUE)).map(([month, age, size, orders, ltv, isFinal]) => ({
      cohort_month: text(month),
      age_month: count(age),
      cohort_size: count(size),
      orders: count(orders),
      ltv: text(ltv),
      is_final: isFinal === true,
    })),
    sales: (await rows(SALES)).map(([week, orders, units, gross, discount, refunds, net]) => ({
      week: text(week).slice(0, 10),
      orders: count(orders),
      units: count(units),
      gross: text(gross),
      discount: text(discount),
      refunds: text(refunds),
      net: text(net),
    })),
    totals: {
      staged: count(totals[0]),
      sessions: count(totals[1]),
      orders: count(totals[2]),
      revenue: text(totals[3]),
      refunds: text(totals[4]),
      store_carts: count(totals[5]),
    },
  };
}

function count(value: SqlValue | undefined): number {
  return Number(value ?? 0);
}

function text(value: SqlValue | undefined): string {
  return String(value ?? '');
}
