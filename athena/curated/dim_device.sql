/*
model: dim_device
meaning: Devices, and the customer to whom the anonymous events of each go.
grain: one row per device that sent an event other than ad_*
key: anonymous_id
partition: none
inputs: stg_events
slice: all
columns:
  anonymous_id varchar not_null | The device.
  customer_id varchar not_null | u: and the last user_id seen on it, else a: and the device.
  first_seen_at timestamp(6) not_null | Its first event.
  last_seen_at timestamp(6) not_null | Its last event.
  updated_at timestamp(6) | Latest arrival among its events.
*/
with devices as (
  select
    anonymous_id,
    max_by(
      user_id,
      case when user_id is not null then row(event_time, event_id) end
    ) as user_id,
    min(event_time) as first_seen_at,
    max(event_time) as last_seen_at,
    max(arrival_time) as updated_at
  from stg_events
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend') and anonymous_id is not null
  group by anonymous_id
)

select
  anonymous_id,
  coalesce('u:' || user_id, 'a:' || anonymous_id) as customer_id,
  first_seen_at,
  last_seen_at,
  updated_at
from devices
