/*
model: funnel_ordered_walks
meaning: Entries into the ordered funnels with the steps that they took, as far as they can be credited.
grain: one row per funnel, unit and entry event
key: none
partition: none
inputs: funnel_ordered_steps, funnel_rules
materialization: scratch
columns:
  funnel_number bigint not_null | The funnel and unit kind, as numbered in funnel_rules.
  unit_number bigint not_null | The customer or the visit, as numbered in funnel_unit_events.
  entry_time timestamp(6) not_null | When it happened.
  entry_tie bigint not_null | Which of the events of this time it is.
  step_2_at timestamp(6) | When step 2 was taken; null when it was not.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
-- An entry that is followed by another of its day never wins with a second step: the other comes as
-- far with the same events, and is later. One that is preceded never wins without. An exclusion
-- looks at all entries.
with walk_1 as (
  select
    entries.funnel_number,
    entries.unit_number,
    entries.event_time as entry_time,
    entries.tie_number as entry_tie,
    coalesce(
      entries.event_time + rules.window_s * interval '1' second,
      timestamp '9999-12-31 00:00:00.000000'
    ) as end_time,
    entries.is_preceded and not rules.has_exclusions as needs_second_step,
    entries.step_number as number_1,
    case when rules.has_exclusions or not entries.is_followed then entries.next_count + 1 end
      as first_2,
    entries.arrival_time as updated_1,
    rules.twin_2,
    rules.twin_3,
    rules.twin_4,
    rules.twin_5
  from funnel_ordered_steps as entries
  join funnel_rules as rules on rules.funnel_number = entries.funnel_number
  where entries.step = 1
    and (rules.has_exclusions or not entries.is_followed or not entries.is_preceded)
),

-- Step k takes the first event after step k - 1 that this walk has not taken. Steps of one type
-- have the same events under the same numbers, so what is taken is known by its number; 0 is none.
aim_2 as (
  select
    walk_1.*,
    case when twin_2 = 1 then number_1 else 0 end as taken_2_1
  from walk_1
),

walk_2 as (
  select
    walks.*,
    found.event_time as step_2_at,
    found.step_number as number_2,
    found.next_count + 1 as first_3,
    greatest(walks.updated_1, coalesce(found.arrival_time, walks.updated_1))
      as updated_2
  from aim_2 as walks
  left join funnel_ordered_steps as found
    on found.funnel_number = walks.funnel_number
    and found.unit_number = walks.unit_number
    and found.step = 2
    and found.step_number = case
      when first_2 not in (taken_2_1) then first_2
      else first_2 + 1
    end
    and found.event_time <= walks.end_time
),

aim_3 as (
  select
    walk_2.*,
    case when twin_3 = 1 then number_1 else 0 end as taken_3_1,
    case when twin_3 = twin_2 then number_2 else 0 end as taken_3_2
  from walk_2
),

walk_3 as (
  select
    walks.*,
    found.event_time as step_3_at,
    found.step_number as number_3,
    found.next_count + 1 as first_4,
    greatest(walks.updated_2, coalesce(found.arrival_time, walks.updated_2))
      as updated_3
  from aim_3 as walks
  left join funnel_ordered_steps as found
    on found.funnel_number = walks.funnel_number
    and found.unit_number = walks.unit_number
    and found.step = 3
    and found.step_number = case
      when first_3 not in (taken_3_1, taken_3_2) then first_3
      when first_3 + 1 not in (taken_3_1, taken_3_2) then first_3 + 1
      else first_3 + 2
    end
    and found.event_time <= walks.end_time
),

aim_4 as (
  select
    walk_3.*,
    case when twin_4 = 1 then number_1 else 0 end as taken_4_1,
    case when twin_4 = twin_2 then number_2 else 0 end as taken_4_2,
    case when twin_4 = twin_3 then number_3 else 0 end as taken_4_3
  from walk_3
),

walk_4 as (
  select
    walks.*,
    found.event_time as step_4_at,
    found.step_number as number_4,
    found.next_count + 1 as first_5,
    greatest(walks.updated_3, coalesce(found.arrival_time, walks.updated_3))
      as updated_4
  from aim_4 as walks
  left join funnel_ordered_steps as found
    on found.funnel_number = walks.funnel_number
    and found.unit_number = walks.unit_number
    and found.step = 4
    and found.step_number = case
      when first_4 not in (taken_4_1, taken_4_2, taken_4_3) then first_4
      when first_4 + 1 not in (taken_4_1, taken_4_2, taken_4_3) then first_4 + 1
      when first_4 + 2 not in (taken_4_1, taken_4_2, taken_4_3) then first_4 + 2
      else first_4 + 3
    end
    and found.event_time <= walks.end_time
),

aim_5 as (
  select
    walk_4.*,
    case when twin_5 = 1 then number_1 else 0 end as taken_5_1,
    case when twin_5 = twin_2 then number_2 else 0 end as taken_5_2,
    case when twin_5 = twin_3 then number_3 else 0 end as taken_5_3,
    case when twin_5 = twin_4 then number_4 else 0 end as taken_5_4
  from walk_4
),

walk_5 as (
  select
    walks.*,
    found.event_time as step_5_at,
    greatest(walks.updated_4, coalesce(found.arrival_time, walks.updated_4))
      as updated_5
  from aim_5 as walks
  left join funnel_ordered_steps as found
    on found.funnel_number = walks.funnel_number
    and found.unit_number = walks.unit_number
    and found.step = 5
    and found.step_number = case
      when first_5 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5
      when first_5 + 1 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 1
      when first_5 + 2 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 2
      when first_5 + 3 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 3
      else first_5 + 4
    end
    and found.event_time <= walks.end_time
)

select
  funnel_number,
  unit_number,
  entry_time,
  entry_tie,
  step_2_at,
  step_3_at,
  step_4_at,
  step_5_at,
  updated_5 as updated_at
from walk_5
where step_2_at is not null or not needs_second_step
