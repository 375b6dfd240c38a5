/*
model: remapped_devices
meaning: Devices whose anonymous events go to another customer than before.
grain: one row per device
key: none
partition: none
inputs: dim_device
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  old_customer_id varchar not_null | Whose they were.
  new_customer_id varchar not_null | Whose they are.
*/
select
  was.anonymous_id,
  was.customer_id as old_customer_id,
  became.customer_id as new_customer_id
from dim_device_changes as was
join dim_device_changes as became on became.anonymous_id = was.anonymous_id
where was.op = 'B' and became.op = 'U' and became.customer_id <> was.customer_id
