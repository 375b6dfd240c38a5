/*
model: dim_device
meaning: Devices, and the customer to whom the anonymous events of each go.
grain: one row per device that sent an event other than ad_*
key: anonymous_id
partition: none
inputs: device_days
restrict: device_days on anonymous_id of touched_devices
slice: anonymous_id of touched_devices
columns:
  anonymous_id varchar not_null | The device.
  customer_id varchar not_null references(dim_customer.customer_id) | u: and the last user_id seen on it, else a: and the device.
  first_seen_at timestamp(6) not_null | Its first event.
  last_seen_at timestamp(6) not_null | Its last event.
  updated_at timestamp(6) | Latest arrival among its events.
*/
with devices as (
  select
    anonymous_id,
    max_by(
      user_key,
      case when user_key <> '' then row(last_event_at, last_event_id) end
    ) as user_id,
    min(first_event_at) as first_seen_at,
    max(last_event_at) as last_seen_at,
    max(updated_at) as updated_at
  from device_days
  group by anonymous_id
)

select
  anonymous_id,
  coalesce('u:' || user_id, 'a:' || anonymous_id) as customer_id,
  first_seen_at,
  last_seen_at,
  updated_at
from devices
