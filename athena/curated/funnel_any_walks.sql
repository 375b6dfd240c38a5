/*
model: funnel_any_walks
meaning: Entries into the funnels whose steps come in any order, with the steps that they took, in the order of time.
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
  step_2_at timestamp(6) | When the second of them was taken; null when it was not.
  step_3_at timestamp(6) | When the third was taken.
  step_4_at timestamp(6) | When the fourth was taken.
  step_5_at timestamp(6) | When the fifth was taken.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
-- turn: steps of one type take its events in turn; first_step stands for the type.
with steps as (
  select
    rules.funnel_number,
    rules.unit_kind,
    funnel_steps.event_type,
    min(funnel_steps.step) over (partition by rules.funnel_number, funnel_steps.event_type)
      as first_step,
    row_number() over (
      partition by rules.funnel_number, funnel_steps.event_type
      order by funnel_steps.step
    ) as turn
  from funnel_steps
  join funnel_rules as rules
    on rules.funnel = funnel_steps.funnel and rules.unit_kind = funnel_steps.unit_kind
  where rules.mode = 'any' and not funnel_steps.is_exclusion and funnel_steps.step <= 5
),

step_events as (
  select
    steps.funnel_number,
    case when steps.unit_kind = 'session' then events.visit_number else events.customer_number end
      as unit_number,
    steps.first_step as step,
    events.event_time,
    events.tie_number,
    events.arrival_time
  from funnel_unit_events as events
  join steps on steps.event_type = events.event_type and steps.turn = 1
),

counted as (
  select
    step_events.*,
    count(case when step = 1 then 1 end) over so_far as count_1,
    count(case when step = 2 then 1 end) over so_far as count_2,
    count(case when step = 3 then 1 end) over so_far as count_3,
    count(case when step = 4 then 1 end) over so_far as count_4,
    count(case when step = 5 then 1 end) over so_far as count_5
  from step_events
  where unit_number is not null
  window so_far as (
    partition by funnel_number, unit_number
    order by event_time, step, tie_number
    rows between unbounded preceding and current row
  )
),

numbered as (
  select
    counted.*,
    case step
      when 1 then count_1
      when 2 then count_2
      when 3 then count_3
      when 4 then count_4
      else count_5
    end as step_number
  from counted
),

-- Each event of a step is an entry. From it on, a step takes the next event of its type that no
-- step before it has taken; the entry itself is the first of its own type.
aims as (
  select
    entries.funnel_number,
    entries.unit_number,
    entries.event_time as entry_time,
    entries.tie_number as entry_tie,
    coalesce(
      entries.event_time + rules.window_s * interval '1' second,
      timestamp '9999-12-31 00:00:00.000000'
    ) as end_time,
    steps.first_step as step,
    case steps.first_step
      when 1 then entries.count_1
      when 2 then entries.count_2
      when 3 then entries.count_3
      when 4 then entries.count_4
      else entries.count_5
    end + steps.turn - case when steps.first_step = entries.step then 1 else 0 end as step_number
  from numbered as entries
  join steps on steps.funnel_number = entries.funnel_number
  join funnel_rules as rules on rules.funnel_number = entries.funnel_number
),

taken as (
  select
    aims.funnel_number,
    aims.unit_number,
    aims.entry_time,
    aims.entry_tie,
    found.event_time,
    found.arrival_time,
    row_number() over (
      partition by aims.funnel_number, aims.unit_number, aims.entry_time, aims.entry_tie
      order by found.event_time, found.step, found.tie_number
    ) as place
  from aims
  join numbered as found
    on found.funnel_number = aims.funnel_number
    and found.unit_number = aims.unit_number
    and found.step = aims.step
    and found.step_number = aims.step_number
  where found.event_time <= aims.end_time
)

select
  funnel_number,
  unit_number,
  entry_time,
  entry_tie,
  max(case when place = 2 then event_time end) as step_2_at,
  max(case when place = 3 then event_time end) as step_3_at,
  max(case when place = 4 then event_time end) as step_4_at,
  max(case when place = 5 then event_time end) as step_5_at,
  max(arrival_time) as updated_at
from taken
group by funnel_number, unit_number, entry_time, entry_tie
