/*
model: funnel_entry_events
meaning: Events that took step 1 of a credited entry, with all that the entry tells of them.
grain: one row per event
key: none
partition: none
inputs: funnel_walks, funnel_step_events, session_summary, dim_customer
materialization: scratch
columns:
  event_time timestamp(6) not_null | When it happened.
  tie_number bigint not_null | Which of the events of its time it is.
  anonymous_id varchar not_null | Its device.
  session_id varchar not_null | Its visit.
  customer_id varchar not_null | Its customer.
  channel varchar not_null | First channel of the visit up to it, else unknown.
  device varchar not_null | First kind of device of the visit up to it, else unknown.
  country varchar not_null | First country of the visit up to it, else unknown.
  is_new_customer boolean not_null | Whether the customer was first seen on its date.
*/
-- A step of its own: each look-up and each table that is filled has need of memory.
with entries as (
  select
    entry_time,
    entry_tie
  from funnel_walks
  group by entry_time, entry_tie
)

select
  events.event_time,
  events.tie_number,
  events.anonymous_id,
  events.session_id,
  events.customer_id,
  case
    when sessions.channel_time < events.event_time
      or (
        sessions.channel_time = events.event_time
        and sessions.channel_event_id <= events.event_id
      )
      then sessions.channel
    else 'unknown'
  end as channel,
  case
    when sessions.device_time < events.event_time
      or (
        sessions.device_time = events.event_time
        and sessions.device_event_id <= events.event_id
      )
      then sessions.device
    else 'unknown'
  end as device,
  case
    when sessions.country_time < events.event_time
      or (
        sessions.country_time = events.event_time
        and sessions.country_event_id <= events.event_id
      )
      then sessions.country
    else 'unknown'
  end as country,
  coalesce(cast(dim_customer.first_seen_at as date) = events.event_date, false)
    as is_new_customer
from funnel_step_events as events
join entries
  on entries.entry_time = events.event_time and entries.entry_tie = events.tie_number
left join session_summary as sessions
  on sessions.anonymous_id = events.anonymous_id
  and sessions.session_id = events.session_id
left join dim_customer on dim_customer.customer_id = events.customer_id
