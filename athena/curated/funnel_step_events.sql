/*
model: funnel_step_events
meaning: Events that a funnel looks at: those of its steps, and all when one is strict. Texts, so never kept.
grain: one row per event
key: none
partition: none
inputs: stg_events, dim_device, funnel_steps
restrict: stg_events on anonymous_id within event_date of touched_funnel_devices
materialization: view
columns:
  event_id varchar not_null | The event.
  event_type varchar not_null | What happened.
  event_time timestamp(6) not_null | When it happened.
  tie_number bigint not_null | Which of the events of its time it is, by event_id: the two name an event by numbers.
  event_date date not_null | UTC date of it.
  arrival_time timestamp(6) not_null | When it arrived.
  anonymous_id varchar not_null | Its device.
  session_id varchar not_null | Its visit.
  customer_id varchar not_null | Its customer: the unit_id of a customer.
*/
with demands as (
  select count(case when mode = 'strict' then 1 end) as strict_steps
  from funnel_steps
),

-- Few events share their time with another, so that numbering these is no sort of all.
tied_times as (
  select events.event_time
  from stg_events as events
  cross join demands
  where demands.strict_steps > 0 or events.event_type in (select event_type from funnel_steps)
  group by events.event_time
  having count(*) > 1
),

ties as (
  select
    event_id,
    event_time,
    row_number() over (partition by event_time order by event_id) as tie_number
  from stg_events
  where event_time in (select event_time from tied_times)
)

select
  events.event_id,
  events.event_type,
  events.event_time,
  coalesce(ties.tie_number, 1) as tie_number,
  events.event_date,
  events.arrival_time,
  events.anonymous_id,
  events.session_id,
  coalesce('u:' || events.user_id, dim_device.customer_id) as customer_id
from stg_events as events
cross join demands
left join dim_device on dim_device.anonymous_id = events.anonymous_id
left join ties on ties.event_time = events.event_time and ties.event_id = events.event_id
where events.event_type not in ('ad_impression', 'ad_click', 'ad_spend')
  and events.anonymous_id is not null
  and events.session_id is not null
  and (
    demands.strict_steps > 0 or events.event_type in (select event_type from funnel_steps)
  )
