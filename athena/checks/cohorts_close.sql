/*
check: cohorts_close
severity: error
meaning: Every active customer is in one cohort of each kind and period, and nobody returns who is no member.
inputs: customer_days, cohort_retention, cohort_ltv
*/
with expected as (
  select
    'visit' as cohort_kind,
    count(distinct customer_id) as customers
  from customer_days
  where was_active
  union all
  select
    'purchase' as cohort_kind,
    count(distinct customer_id) as customers
  from customer_days
  where was_buyer
),

sizes as (
  select
    cohort_kind,
    period,
    cast(sum(cohort_size) as bigint) as customers
  from cohort_retention
  where period_index = 0
  group by cohort_kind, period
  union all
  select
    'purchase' as cohort_kind,
    'month of cohort_ltv' as period,
    cast(sum(cohort_size) as bigint) as customers
  from cohort_ltv
  where age_month = 0
)

select
  sizes.cohort_kind,
  sizes.period,
  cast(null as date) as cohort_start,
  cast(null as bigint) as period_index,
  sizes.customers as counted,
  expected.customers as expected
from sizes
join expected on expected.cohort_kind = sizes.cohort_kind
where sizes.customers <> expected.customers
union all
select
  cohort_kind,
  period,
  cohort_start,
  period_index,
  returned as counted,
  cohort_size as expected
from cohort_retention
where returned > returned_or_later
  or returned_or_later > cohort_size
  or (period_index = 0 and returned <> cohort_size)
