/*
model: funnel_step_events
meaning: Events that can take a step of a funnel, numbered so that the next one of a step is found by its number.
grain: one row per funnel, unit kind, step and event
key: none
partition: none
inputs: stg_events, dim_device, funnel_steps
restrict: stg_events on anonymous_id within event_date of touched_funnel_devices
materialization: scratch
columns:
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  unit_id varchar not_null | The customer; for a session the device, a slash and the session.
  step bigint not_null | Step that the event can take; an event stands once in each such step.
  step_number bigint not_null | Which event of this step and unit it is, from 1.
  next_count bigint not_null | How many events of the step after stand before it in the order of walks.
  is_followed boolean not_null | Of step 1: the next event is an entry of the same day, which can come as far and is later.
  is_preceded boolean not_null | Of step 1: the event before is an earlier entry of the same day.
  event_id varchar not_null | The event.
  event_time timestamp(6) not_null | When it happened.
  event_date date not_null | UTC date of it.
  event_us bigint not_null | event_time in microseconds since 1970.
  arrival_time timestamp(6) not_null | When it arrived.
  anonymous_id varchar not_null | Its device.
  session_id varchar not_null | Its visit.
  customer_id varchar not_null | Its customer.
*/
with steps as (
  select
    funnel,
    unit_kind,
    step,
    event_type
  from funnel_steps
  where mode = 'ordered' and not is_exclusion and step <= 5
),

visitor_events as (
  select
    events.event_id,
    events.event_type,
    events.event_time,
    events.event_date,
    events.arrival_time,
    events.anonymous_id,
    events.session_id,
    cast(round(to_unixtime(events.event_time) * 1e6) as bigint) as event_us,
    coalesce('u:' || events.user_id, dim_device.customer_id) as customer_id
  from stg_events as events
  join dim_device on dim_device.anonymous_id = events.anonymous_id
  where events.event_type in (select event_type from steps)
    and events.event_type not in ('ad_impression', 'ad_click', 'ad_spend')
    and events.session_id is not null
),

-- An event stands once in each step that it can take.
step_events as (
  select
    steps.funnel,
    steps.unit_kind,
    case
      when steps.unit_kind = 'session' then events.anonymous_id || '/' || events.session_id
      else events.customer_id
    end as unit_id,
    steps.step,
    events.event_id,
    events.event_time,
    events.event_date,
    events.event_us,
    events.arrival_time,
    events.anonymous_id,
    events.session_id,
    events.customer_id
  from visitor_events as events
  join steps on steps.event_type = events.event_type
),

-- The order of walks. In it a tie in time counts as forward, and the next event of a step is the
-- one whose number follows the count so far: a chain is one join per step.
counted as (
  select
    step_events.*,
    count(case when step = 1 then 1 end) over so_far as count_1,
    count(case when step = 2 then 1 end) over so_far as count_2,
    count(case when step = 3 then 1 end) over so_far as count_3,
    count(case when step = 4 then 1 end) over so_far as count_4,
    count(case when step = 5 then 1 end) over so_far as count_5,
    lead(step) over walk as next_step,
    lead(event_date) over walk as next_date,
    lag(step) over walk as previous_step,
    lag(event_time) over walk as previous_time,
    lag(event_date) over walk as previous_date
  from step_events
  window
    walk as (partition by funnel, unit_kind, unit_id order by event_time, step, event_id),
    so_far as (walk rows between unbounded preceding and current row)
)

select
  funnel,
  unit_kind,
  unit_id,
  cast(step as bigint) as step,
  case step
    when 1 then count_1
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
  coalesce(step = 1 and next_step = 1 and next_date = event_date, false) as is_followed,
  coalesce(
    step = 1 and previous_step = 1 and previous_date = event_date and previous_time < event_time,
    false
  ) as is_preceded,
  event_id,
  event_time,
  event_date,
  event_us,
  arrival_time,
  anonymous_id,
  session_id,
  customer_id
from counted
