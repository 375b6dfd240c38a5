/*
model: touched_device_days
meaning: Devices and dates with an event that changed.
grain: one row per device and date
key: none
partition: none
inputs: stg_events
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  event_date date not_null | The UTC date.
*/
select distinct
  anonymous_id,
  event_date
from stg_events_changes
where event_type not in ('ad_impression', 'ad_click', 'ad_spend') and anonymous_id is not null
