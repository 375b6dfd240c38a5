/*
model: funnel_step_events
meaning: The same events with their customer, and a number for an id. Texts, so a full run never keeps them.
grain: one row per event
key: none
partition: none
inputs: funnel_events, dim_device
restrict: dim_device on anonymous_id of touched_funnel_devices
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
-- Few events share their time with another, so that numbering these is no sort of all.
with tied_times as (
  select event_time
  from funnel_events
  group by event_time
  having count(*) > 1
),

ties as (
  select
    event_id,
    event_time,
    row_number() over (partition by event_time order by event_id) as tie_number
  from funnel_events
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
from funnel_events as events
left join dim_device on dim_device.anonymous_id = events.anonymous_id
left join ties on ties.event_time = events.event_time and ties.event_id = events.event_id
