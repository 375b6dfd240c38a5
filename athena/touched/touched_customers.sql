/*
model: touched_customers
meaning: Customers about whom something has changed.
grain: one row per customer
key: none
partition: none
inputs: touched_customer_days, stg_users
materialization: touched
columns:
  customer_id varchar not_null | The customer.
*/
select customer_id
from touched_customer_days
union
select 'u:fakestore-' || id as customer_id
from stg_users_changes
