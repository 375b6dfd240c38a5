/*
check: funnel_narrows
severity: error
meaning: No step of a funnel is reached by more units than the one before, and the first by all that entered.
inputs: funnel_daily
*/
with neighbours as (
  select
    funnel,
    unit_kind,
    entry_date,
    breakdown,
    breakdown_value,
    step,
    entered,
    reached,
    lag(reached) over (
      partition by funnel, unit_kind, entry_date, breakdown, breakdown_value
      order by step
    ) as reached_before
  from funnel_daily
)

select
  funnel,
  unit_kind,
  entry_date,
  breakdown,
  breakdown_value,
  step,
  entered,
  reached,
  reached_before
from neighbours
where reached > coalesce(reached_before, entered) or (step = 1 and reached <> entered)
