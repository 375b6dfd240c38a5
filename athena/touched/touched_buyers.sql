/*
model: touched_buyers
meaning: Customers with an order or refund that changed.
grain: one row per customer
key: none
partition: none
inputs: fct_orders, fct_refunds
materialization: touched
columns:
  customer_id varchar not_null | The customer.
*/
select customer_id
from fct_orders_changes
union
select customer_id
from fct_refunds_changes
