/*
model: funnel_ordered_steps
meaning: Events as steps of the ordered funnels, numbered so that the next one of a step is found by its number.
grain: one row per funnel, unit kind, step and event
key: none
partition: none
inputs: funnel_unit_events, funnel_steps, funnel_rules
materialization: scratch
columns:
  funnel_number bigint not_null | The funnel and unit kind, as numbered in funnel_rules.
  unit_number bigint not_null | The customer or the visit, as numbered in funnel_unit_events.
  step bigint not_null | Step that the event can take; an event stands once in each such step.
  step_number bigint not_null | Which event of this step and unit it is, from 1.
  next_count bigint not_null | How many events of the step after stand before it in the order of walks.
  is_followed boolean not_null | Of step 1: the next event is an entry of the same day, which can come as far and is later.
  is_preceded boolean not_null | Of step 1: the event before is an earlier entry of the same day.
  event_time timestamp(6) not_null | When it happened.
  tie_number bigint not_null | Which of the events of its time it is.
  arrival_time timestamp(6) not_null | When it arrived.
*/
with steps as (
  select
    rules.funnel_number,
    rules.unit_kind,
    funnel_steps.step,
    funnel_steps.event_type
  from funnel_steps
  join funnel_rules as rules
    on rules.funnel = funnel_steps.funnel and rules.unit_kind = funnel_steps.unit_kind
  where rules.mode = 'ordered' and not funnel_steps.is_exclusion and funnel_steps.step <= 5
),

-- Narrow, since it is sorted: what else is known of an event is looked up for entries alone.
step_events as (
  select
    steps.funnel_number,
    case when steps.unit_kind = 'session' then events.visit_number else events.customer_number end
      as unit_number,
    steps.step,
    events.event_time,
    events.tie_number,
    events.arrival_time
  from funnel_unit_events as events
  join steps on steps.event_type = events.event_type
),

-- The order of walks. In it a tie in time counts as forward, and the next event of a step is the
-- one whose number follows the count so far: a chain is one join per step. Two counts share one sum
-- (2147483648 = 2^31), since each window function costs as much as a seventh of the sort.
placed as (
  select
    step_events.*,
    row_number() over walk as place,
    sum(case step when 2 then 1 when 3 then 2147483648 else 0 end) over so_far as counts_2_3,
    sum(case step when 4 then 1 when 5 then 2147483648 else 0 end) over so_far as counts_4_5,
    lead(case when step = 1 then event_time end) over walk as next_entry_time,
    lag(case when step = 1 then event_time end) over walk as previous_entry_time
  from step_events
  where unit_number is not null
  window
    walk as (partition by funnel_number, unit_number order by event_time, step, tie_number),
    so_far as (walk rows between unbounded preceding and current row)
),

counted as (
  select
    placed.*,
    cast(counts_2_3 as bigint) % 2147483648 as count_2,
    cast(counts_2_3 as bigint) / 2147483648 as count_3,
    cast(counts_4_5 as bigint) % 2147483648 as count_4,
    cast(counts_4_5 as bigint) / 2147483648 as count_5
  from placed
)

select
  funnel_number,
  unit_number,
  cast(step as bigint) as step,
  case step
    when 1 then place - count_2 - count_3 - count_4 - count_5
    when 2 then count_2
    when 3 then count_3
    when 4 then count_4
    else count_5
  end as step_number,
  case step
    when 1 then count_2
    when 2 then count_3
    when 3 then count_4
    when 4 then count_5
    else 0
  end as next_count,
  step = 1 and coalesce(cast(next_entry_time as date) = cast(event_time as date), false)
    as is_followed,
  step = 1
    and coalesce(
      cast(previous_entry_time as date) = cast(event_time as date)
      and previous_entry_time < event_time,
      false
    ) as is_preceded,
  event_time,
  tie_number,
  arrival_time
from counted
