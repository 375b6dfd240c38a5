/*
model: funnel_rules
meaning: The declared funnels, with what a walk has to know of their steps.
grain: one row per funnel and unit kind
key: none
partition: none
inputs: funnel_steps
materialization: scratch
columns:
  funnel_number bigint not_null | Stands for funnel and unit_kind while walks are computed.
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  mode varchar not_null | How its steps follow each other: ordered, strict or any.
  window_s bigint | Seconds from the entry within which a step counts, inclusive; null: the whole session.
  twin_2 bigint | The first step with the event type of step 2: 2 itself when step 1 has another.
  twin_3 bigint | The same of step 3; null when there is none.
  twin_4 bigint | The same of step 4.
  twin_5 bigint | The same of step 5.
  has_exclusions boolean not_null | Whether it has exclusion steps.
*/
with twins as (
  select
    funnel,
    unit_kind,
    mode,
    window_s,
    step,
    is_exclusion,
    min(step) over (partition by funnel, unit_kind, event_type, is_exclusion) as twin
  from funnel_steps
  where step <= 5
),

funnels as (
  select
    funnel,
    unit_kind,
    max(mode) as mode,
    max(window_s) as window_s,
    max(case when step = 2 and not is_exclusion then twin end) as twin_2,
    max(case when step = 3 and not is_exclusion then twin end) as twin_3,
    max(case when step = 4 and not is_exclusion then twin end) as twin_4,
    max(case when step = 5 and not is_exclusion then twin end) as twin_5,
    count(case when is_exclusion then 1 end) as exclusions
  from twins
  group by funnel, unit_kind
)

select
  row_number() over (order by funnel, unit_kind) as funnel_number,
  funnel,
  unit_kind,
  mode,
  window_s,
  twin_2,
  twin_3,
  twin_4,
  twin_5,
  exclusions > 0 as has_exclusions
from funnels
