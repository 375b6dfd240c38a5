/*
model: funnel_events
meaning: Events of visits that a funnel looks at: those of its steps, and all when one is strict.
grain: one row per event
key: none
partition: none
inputs: stg_events, funnel_steps
restrict: stg_events on anonymous_id within event_date of touched_funnel_devices
materialization: view
columns:
  event_id varchar not_null | The event.
  event_type varchar not_null | What happened.
  event_time timestamp(6) not_null | When it happened.
  event_date date not_null | UTC date of it.
  arrival_time timestamp(6) not_null | When it arrived.
  anonymous_id varchar not_null | Its device.
  session_id varchar not_null | Its visit.
  user_id varchar | The person, when signed in.
*/
with demands as (
  select count(case when mode = 'strict' then 1 end) as strict_steps
  from funnel_steps
)

select
  events.event_id,
  events.event_type,
  events.event_time,
  events.event_date,
  events.arrival_time,
  events.anonymous_id,
  events.session_id,
  events.user_id
from stg_events as events
cross join demands
where events.event_type not in ('ad_impression', 'ad_click', 'ad_spend')
  and events.anonymous_id is not null
  and events.session_id is not null
  and (
    demands.strict_steps > 0 or events.event_type in (select event_type from funnel_steps)
  )
