/*
model: cohort_retention
meaning: Of those who came (or bought) for the first time in a week or month, how many came back later.
grain: one row per kind, period, cohort and period index, dense up to the newest period
key: cohort_kind, period, cohort_start, period_index
partition: none
inputs: customer_days, dim_date, lake_state
slice: all
columns:
  cohort_kind varchar not_null in(visit, purchase) | visit: an event other than ad_*; purchase: an order.
  period varchar not_null in(week, month) | week (from Monday) or month.
  cohort_start date not_null | First day of the period in which its members came for the first time.
  period_index bigint not_null | Periods since then, from 0.
  cohort_size bigint not_null | Members.
  returned bigint not_null | Members who came in this period.
  returned_or_later bigint not_null | Members who came in this period or in any later one.
  rate double | returned / cohort_size; null until the period is final.
  is_final boolean not_null | Whether nothing in time can still arrive for the period; not for later ones.
  updated_at timestamp(6) | Latest arrival among what its members did in the period; null when nothing.
*/
with horizon as (
  select max(activity_date) as last_date
  from customer_days
),

-- One row per customer and period with an activity, for both kinds and both periods.
visits as (
  select
    'visit' as cohort_kind,
    customer_id,
    activity_date,
    updated_at
  from customer_days
  where was_active
  union all
  select
    'purchase' as cohort_kind,
    customer_id,
    activity_date,
    updated_at
  from customer_days
  where was_buyer
),

activities as (
  select
    cohort_kind,
    'week' as period,
    customer_id,
    cast(date_trunc('week', activity_date) as date) as period_start,
    max(updated_at) as updated_at
  from visits
  group by 1, 2, 3, 4
  union all
  select
    cohort_kind,
    'month' as period,
    customer_id,
    cast(date_trunc('month', activity_date) as date) as period_start,
    max(updated_at) as updated_at
  from visits
  group by 1, 2, 3, 4
),

members as (
  select
    cohort_kind,
    period,
    customer_id,
    min(period_start) as cohort_start,
    max(period_start) as last_start
  from activities
  group by cohort_kind, period, customer_id
),

sizes as (
  select
    cohort_kind,
    period,
    cohort_start,
    count(*) as cohort_size
  from members
  group by cohort_kind, period, cohort_start
),

returns as (
  select
    members.cohort_kind,
    members.period,
    members.cohort_start,
    activities.period_start,
    count(*) as returned,
    max(activities.updated_at) as updated_at
  from activities
  join members
    on members.cohort_kind = activities.cohort_kind
    and members.period = activities.period
    and members.customer_id = activities.customer_id
  group by 1, 2, 3, 4
),

last_visits as (
  select
    cohort_kind,
    period,
    cohort_start,
    last_start,
    count(*) as members
  from members
  group by cohort_kind, period, cohort_start, last_start
),

period_starts as (
  select distinct
    'week' as period,
    week_start as period_start,
    cast(week_start + interval '7' day as date) as next_start
  from dim_date
  union all
  select distinct
    'month' as period,
    month_start as period_start,
    cast(month_start + interval '1' month as date) as next_start
  from dim_date
),

grid as (
  select
    sizes.cohort_kind,
    sizes.period,
    sizes.cohort_start,
    sizes.cohort_size,
    period_starts.period_start,
    period_starts.next_start
  from sizes
  cross join horizon
  join period_starts
    on period_starts.period = sizes.period
    and period_starts.period_start between sizes.cohort_start and horizon.last_date
),

cells as (
  select
    grid.cohort_kind,
    grid.period,
    grid.cohort_start,
    row_number() over (
      partition by grid.cohort_kind, grid.period, grid.cohort_start
      order by grid.period_start
    ) - 1 as period_index,
    grid.cohort_size,
    coalesce(returns.returned, 0) as returned,
    cast(
      coalesce(
        sum(last_visits.members) over (
          partition by grid.cohort_kind, grid.period, grid.cohort_start
          order by grid.period_start
          rows between current row and unbounded following
        ),
        0
      ) as bigint
    ) as returned_or_later,
    coalesce(cast(grid.next_start as timestamp(6)) <= lake_state.watermark, false) as is_final,
    returns.updated_at
  from grid
  cross join lake_state
  left join returns
    on returns.cohort_kind = grid.cohort_kind
    and returns.period = grid.period
    and returns.cohort_start = grid.cohort_start
    and returns.period_start = grid.period_start
  left join last_visits
    on last_visits.cohort_kind = grid.cohort_kind
    and last_visits.period = grid.period
    and last_visits.cohort_start = grid.cohort_start
    and last_visits.last_start = grid.period_start
)

select
  cohort_kind,
  period,
  cohort_start,
  period_index,
  cohort_size,
  returned,
  returned_or_later,
  case when is_final then cast(returned as double) / cast(cohort_size as double) end as rate,
  is_final,
  updated_at
from cells
