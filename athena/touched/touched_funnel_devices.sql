/*
model: touched_funnel_devices
meaning: Devices whose events the walks of touched_funnel_units can take, and the dates of these.
grain: one row per device and range of dates
key: none
partition: none
inputs: touched_funnel_units, dim_device, device_days
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  first_date date not_null | First date of a range.
  last_date date not_null | Last date of it.
*/
with customers as (
  select distinct
    customer_id,
    first_date,
    last_date
  from touched_funnel_units
  where customer_id is not null
)

select
  anonymous_id,
  first_date,
  last_date
from touched_funnel_units
where anonymous_id is not null
union
select
  devices.anonymous_id,
  customers.first_date,
  customers.last_date
from dim_device as devices
join customers on customers.customer_id = devices.customer_id
union
select
  days.anonymous_id,
  customers.first_date,
  customers.last_date
from device_days as days
join customers on customers.customer_id = 'u:' || days.user_key
where days.user_key <> ''
