/*
model: touched_visits
meaning: Visits of which a row in fct_sessions can change: by their events, their customer, their orders.
grain: one row per visit
key: none
partition: none
inputs: session_summary, remapped_devices, fct_orders
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  session_id varchar not_null | The visit.
*/
select
  anonymous_id,
  session_id
from session_summary_changes
union
select
  sessions.anonymous_id,
  sessions.session_id
from session_summary as sessions
join remapped_devices as devices on devices.anonymous_id = sessions.anonymous_id
union
select
  anonymous_id,
  session_id
from fct_orders_changes
where anonymous_id is not null and session_id is not null
