/*
model: touched_order_lines
meaning: Orders of which a line can change.
grain: one row per order
key: none
partition: none
inputs: touched_orders, stg_order_lines, dim_product
standing: fct_order_lines
materialization: touched
columns:
  order_id varchar not_null | The order.
*/
select order_id
from touched_orders
union
select order_id
from stg_order_lines_changes
union
select lines.order_id
from fct_order_lines as lines
join (select distinct product_id from dim_product_changes) as products
  on products.product_id = lines.product_id
