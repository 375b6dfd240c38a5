/*
check: products_close
severity: error
meaning: On each date the products have all views, additions to carts, units and gross that events and order lines have.
inputs: stg_events, fct_order_lines, product_daily
*/
with product_sums as (
  select
    sale_date,
    sum(views) as views,
    sum(add_to_carts) as add_to_carts,
    sum(units) as units,
    sum(gross) as gross
  from product_daily
  group by sale_date
),

event_sums as (
  select
    event_date,
    count(case when event_type = 'view_item' then 1 end) as views,
    count(case when event_type = 'add_to_cart' then 1 end) as add_to_carts
  from stg_events
  where event_type in ('view_item', 'add_to_cart')
  group by event_date
),

line_sums as (
  select
    order_date,
    sum(quantity) as units,
    sum(line_total) as gross
  from fct_order_lines
  group by order_date
),

dates as (
  select sale_date
  from product_sums
  union
  select event_date as sale_date
  from event_sums
  union
  select order_date as sale_date
  from line_sums
),

compared as (
  select
    dates.sale_date,
    coalesce(product_sums.views, 0) as views,
    coalesce(event_sums.views, 0) as expected_views,
    coalesce(product_sums.add_to_carts, 0) as add_to_carts,
    coalesce(event_sums.add_to_carts, 0) as expected_add_to_carts,
    coalesce(product_sums.units, 0) as units,
    coalesce(line_sums.units, 0) as expected_units,
    coalesce(product_sums.gross, 0) as gross,
    coalesce(line_sums.gross, 0) as expected_gross
  from dates
  left join product_sums on product_sums.sale_date = dates.sale_date
  left join event_sums on event_sums.event_date = dates.sale_date
  left join line_sums on line_sums.order_date = dates.sale_date
)

select
  sale_date,
  views,
  expected_views,
  add_to_carts,
  expected_add_to_carts,
  units,
  expected_units,
  gross,
  expected_gross
from compared
where views <> expected_views
  or add_to_carts <> expected_add_to_carts
  or units <> expected_units
  or gross <> expected_gross
