/*
model: touched_devices
meaning: Devices with an event that changed.
grain: one row per device
key: none
partition: none
inputs: device_days
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
*/
select distinct anonymous_id
from device_days_changes
