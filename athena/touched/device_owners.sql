/*
model: device_owners
meaning: Customers to whom the anonymous events of a device go now, or went before this run.
grain: one row per device and customer
key: none
partition: none
inputs: dim_device
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  customer_id varchar not_null | The customer.
*/
select
  anonymous_id,
  customer_id
from dim_device
union
select
  anonymous_id,
  customer_id
from dim_device_changes
