/*
model: funnel_strict_walks
meaning: Entries into the strict funnels with the steps that they took: each with the very next event of the unit.
grain: one row per funnel, unit and entry event
key: none
partition: none
inputs: funnel_unit_events, funnel_steps, funnel_rules
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
with first_steps as (
  select
    rules.funnel_number,
    funnel_steps.event_type,
    min(funnel_steps.step) as step
  from funnel_steps
  join funnel_rules as rules
    on rules.funnel = funnel_steps.funnel and rules.unit_kind = funnel_steps.unit_kind
  where rules.mode = 'strict' and not funnel_steps.is_exclusion and funnel_steps.step <= 5
  group by rules.funnel_number, funnel_steps.event_type
),

-- Every event of the unit; one that takes no step stands behind those of its time that do.
unit_events as (
  select
    rules.funnel_number,
    case when rules.unit_kind = 'session' then events.visit_number else events.customer_number end
      as unit_number,
    coalesce(first_steps.step, 6) as step,
    events.event_time,
    events.tie_number,
    events.arrival_time
  from funnel_unit_events as events
  join funnel_rules as rules on rules.mode = 'strict'
  left join first_steps
    on first_steps.funnel_number = rules.funnel_number
    and first_steps.event_type = events.event_type
),

followed as (
  select
    unit_events.*,
    lead(step, 1) over walk as next_step_2,
    lead(step, 2) over walk as next_step_3,
    lead(step, 3) over walk as next_step_4,
    lead(step, 4) over walk as next_step_5,
    lead(event_time, 1) over walk as next_time_2,
    lead(event_time, 2) over walk as next_time_3,
    lead(event_time, 3) over walk as next_time_4,
    lead(event_time, 4) over walk as next_time_5,
    lead(arrival_time, 1) over walk as next_arrival_2,
    lead(arrival_time, 2) over walk as next_arrival_3,
    lead(arrival_time, 3) over walk as next_arrival_4,
    lead(arrival_time, 4) over walk as next_arrival_5
  from unit_events
  where unit_number is not null
  window walk as (partition by funnel_number, unit_number order by event_time, step, tie_number)
),

entries as (
  select
    followed.*,
    rules.twin_2,
    rules.twin_3,
    rules.twin_4,
    rules.twin_5,
    coalesce(
      followed.event_time + rules.window_s * interval '1' second,
      timestamp '9999-12-31 00:00:00.000000'
    ) as end_time
  from followed
  join funnel_rules as rules on rules.funnel_number = followed.funnel_number
  where followed.step = 1
),

walk_2 as (
  select
    entries.*,
    case when next_step_2 = twin_2 and next_time_2 <= end_time then next_time_2 end as step_2_at
  from entries
),

walk_3 as (
  select
    walk_2.*,
    case
      when step_2_at is not null and next_step_3 = twin_3 and next_time_3 <= end_time
        then next_time_3
    end as step_3_at
  from walk_2
),

walk_4 as (
  select
    walk_3.*,
    case
      when step_3_at is not null and next_step_4 = twin_4 and next_time_4 <= end_time
        then next_time_4
    end as step_4_at
  from walk_3
),

walk_5 as (
  select
    walk_4.*,
    case
      when step_4_at is not null and next_step_5 = twin_5 and next_time_5 <= end_time
        then next_time_5
    end as step_5_at
  from walk_4
)

select
  funnel_number,
  unit_number,
  event_time as entry_time,
  tie_number as entry_tie,
  step_2_at,
  step_3_at,
  step_4_at,
  step_5_at,
  greatest(
    greatest(
      arrival_time,
      case when step_2_at is not null then next_arrival_2 else arrival_time end,
      case when step_3_at is not null then next_arrival_3 else arrival_time end
    ),
    case when step_4_at is not null then next_arrival_4 else arrival_time end,
    case when step_5_at is not null then next_arrival_5 else arrival_time end
  ) as updated_at
from walk_5
