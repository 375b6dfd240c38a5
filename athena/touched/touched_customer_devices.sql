/*
model: touched_customer_devices
meaning: Devices on which customers about whom something has changed did anything.
grain: one row per device
key: none
partition: none
inputs: touched_customers, dim_device, device_days
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
*/
select devices.anonymous_id
from dim_device as devices
join touched_customers on touched_customers.customer_id = devices.customer_id
union
select days.anonymous_id
from device_days as days
join touched_customers on touched_customers.customer_id = 'u:' || days.user_key
where days.user_key <> ''
