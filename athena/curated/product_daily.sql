/*
model: product_daily
meaning: How often each product was looked at, put into a cart and bought, day by day.
grain: one row per product and date on which it was viewed, put into a cart or ordered
key: product_id, sale_date
partition: month(sale_date)
inputs: stg_events, fct_order_lines
restrict: stg_events on event_date = sale_date of touched_product_dates; fct_order_lines on order_date = sale_date of touched_product_dates
slice: sale_date of touched_product_dates
columns:
  product_id varchar not_null | The product, whether a catalogue knows it or not; unknown for one that was not named.
  sale_date date not_null references(dim_date.date) | UTC date of the views, the additions to carts and the orders.
  views bigint not_null | Its view_item events.
  add_to_carts bigint not_null | Its add_to_cart events, whatever their quantity; a removal takes none away.
  orders bigint not_null | Orders with a line of it, from any source and in any currency; each once.
  units bigint not_null | Units ordered, in any currency; refunds take none away.
  gross decimal(18,4) not_null | Sum of its lines in the reporting currency, before discounts and refunds.
  updated_at timestamp(6) | Latest arrival among these events and orders.
*/
with seen as (
  select
    coalesce(product_id, 'unknown') as product_id,
    event_date as sale_date,
    count(case when event_type = 'view_item' then 1 end) as views,
    count(case when event_type = 'add_to_cart' then 1 end) as add_to_carts,
    max(arrival_time) as updated_at
  from stg_events
  where event_type in ('view_item', 'add_to_cart')
  group by 1, 2
),

sold as (
  select
    coalesce(product_id, 'unknown') as product_id,
    order_date as sale_date,
    count(distinct order_id) as orders,
    sum(quantity) as units,
    sum(line_total) as gross,
    max(updated_at) as updated_at
  from fct_order_lines
  group by 1, 2
),

activities as (
  select
    product_id,
    sale_date,
    views,
    add_to_carts,
    cast(0 as bigint) as orders,
    cast(0 as bigint) as units,
    cast(0 as decimal(38,4)) as gross,
    updated_at
  from seen
  union all
  select
    product_id,
    sale_date,
    cast(0 as bigint) as views,
    cast(0 as bigint) as add_to_carts,
    orders,
    cast(coalesce(units, 0) as bigint) as units,
    cast(coalesce(gross, 0) as decimal(38,4)) as gross,
    updated_at
  from sold
)

select
  product_id,
  sale_date,
  cast(sum(views) as bigint) as views,
  cast(sum(add_to_carts) as bigint) as add_to_carts,
  cast(sum(orders) as bigint) as orders,
  cast(sum(units) as bigint) as units,
  cast(sum(gross) as decimal(18,4)) as gross,
  max(updated_at) as updated_at
from activities
group by product_id, sale_date
