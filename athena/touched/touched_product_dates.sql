/*
model: touched_product_dates
meaning: Dates on which products were seen or sold otherwise than before.
grain: one row per date
key: none
partition: none
inputs: stg_events, fct_order_lines
materialization: touched
columns:
  sale_date date not_null | The UTC date.
*/
with lines as (
  select
    order_id,
    line_number,
    order_date,
    product_id,
    quantity,
    line_total,
    updated_at
  from fct_order_lines_changes
  group by
    order_id,
    line_number,
    order_date,
    product_id,
    quantity,
    line_total,
    updated_at
  -- Equal before and after: only its customer changed.
  having count(*) = 1
)

select event_date as sale_date
from stg_events_changes
where event_type in ('view_item', 'add_to_cart')
union
select order_date as sale_date
from lines
