/*
model: sale_groups
meaning: Groups of daily_sales, from their first sale or refund to the newest of the lake.
grain: one row per group
key: none
partition: none
inputs: fct_orders, fct_refunds
materialization: scratch
columns:
  order_source varchar not_null | web or fakestore.
  channel varchar not_null | Channel of the orders.
  country varchar not_null | Country of the orders.
  first_date date not_null | Date of the first order or refund in the group.
  last_date date not_null | Newest date of an order or refund in the lake.
*/
with sales as (
  select
    order_date as sale_date,
    order_source,
    channel,
    country
  from fct_orders
  union all
  select
    refund_date as sale_date,
    order_source,
    channel,
    country
  from fct_refunds
),

first_sales as (
  select
    order_source,
    channel,
    country,
    min(sale_date) as first_date
  from sales
  group by order_source, channel, country
),

newest as (
  select max(sale_date) as last_date
  from sales
)

select
  first_sales.order_source,
  first_sales.channel,
  first_sales.country,
  first_sales.first_date,
  newest.last_date
from first_sales
cross join newest
