/*
check: unknown_product
severity: warn
meaning: Order lines of products that no catalogue knew when they were ordered.
inputs: fct_order_lines
*/
select
  order_id,
  line_number,
  product_id
from fct_order_lines
where product_valid_from is null
