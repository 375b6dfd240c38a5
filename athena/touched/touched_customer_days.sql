/*
model: touched_customer_days
meaning: Customers and dates on which something that they did has changed, or has come to them or left them.
grain: one row per customer and date
key: none
partition: none
inputs: device_days, device_owners, remapped_devices, fct_sessions, fct_orders, fct_refunds
materialization: touched
columns:
  customer_id varchar not_null | The customer.
  activity_date date not_null | The UTC date.
*/
select
  coalesce('u:' || nullif(days.user_key, ''), owners.customer_id) as customer_id,
  days.event_date as activity_date
from device_days_changes as days
join device_owners as owners on owners.anonymous_id = days.anonymous_id
union
select
  devices.old_customer_id as customer_id,
  days.event_date as activity_date
from device_days as days
join remapped_devices as devices on devices.anonymous_id = days.anonymous_id
where days.user_key = ''
union
select
  devices.new_customer_id as customer_id,
  days.event_date as activity_date
from device_days as days
join remapped_devices as devices on devices.anonymous_id = days.anonymous_id
where days.user_key = ''
union
select
  customer_id,
  session_date as activity_date
from fct_sessions_changes
union
select
  customer_id,
  order_date as activity_date
from fct_orders_changes
union
select
  customer_id,
  refund_date as activity_date
from fct_refunds_changes
