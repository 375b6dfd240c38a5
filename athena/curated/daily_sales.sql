/*
model: daily_sales
meaning: Sales of each day, dense from a group's first day to the newest day of the lake's sales.
grain: one row per date, order source, channel and country
key: sale_date, order_source, channel, country
partition: month(sale_date)
inputs: fct_orders, fct_refunds, dim_date, lake_state, sale_groups
restrict: fct_orders within order_date of touched_sale_dates; fct_refunds within refund_date of touched_sale_dates; dim_date within date of touched_sale_dates
slice: sale_date of touched_sale_dates
columns:
  sale_date date not_null references(dim_date.date) | Date of the orders, and of the refunds.
  order_source varchar not_null in(web, fakestore) | web or fakestore.
  channel varchar not_null in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other, unknown) | Channel of the order; a refund has its order's.
  country varchar not_null | Country of the order; a refund has its order's.
  orders bigint not_null | Orders placed, in any currency.
  units bigint not_null | Units ordered, in any currency.
  gross decimal(18,4) not_null | Gross of the orders in the reporting currency.
  discount decimal(18,4) not_null | Discounts on them.
  refunds decimal(18,4) not_null | Refunds of this date, whenever the order was.
  net decimal(18,4) not_null | gross - discount - refunds.
  average_order decimal(18,4) | gross / orders, half rounds away from zero; null without orders.
  previous_day_net decimal(18,4) | net of the same group on the day before; null on its first date.
  is_final boolean not_null | Whether no order or refund in time can still arrive for the date.
  updated_at timestamp(6) | Latest arrival among its orders and refunds; null for an empty day.
*/
with sales as (
  select
    order_date as sale_date,
    order_source,
    channel,
    country,
    cast(1 as bigint) as orders,
    units,
    coalesce(gross, cast(0 as decimal(18,4))) as gross,
    coalesce(discount, cast(0 as decimal(18,4))) as discount,
    cast(0 as decimal(18,4)) as refunds,
    arrival_time as updated_at
  from fct_orders
  union all
  select
    refund_date as sale_date,
    order_source,
    channel,
    country,
    cast(0 as bigint) as orders,
    cast(0 as bigint) as units,
    cast(0 as decimal(18,4)) as gross,
    cast(0 as decimal(18,4)) as discount,
    coalesce(amount, cast(0 as decimal(18,4))) as refunds,
    updated_at
  from fct_refunds
),

day_sums as (
  select
    sale_date,
    order_source,
    channel,
    country,
    sum(orders) as orders,
    sum(units) as units,
    sum(gross) as gross,
    sum(discount) as discount,
    sum(refunds) as refunds,
    max(updated_at) as updated_at
  from sales
  group by sale_date, order_source, channel, country
),

grid as (
  select
    dim_date.date as sale_date,
    sale_groups.order_source,
    sale_groups.channel,
    sale_groups.country
  from sale_groups
  join dim_date on dim_date.date between sale_groups.first_date and sale_groups.last_date
),

days as (
  select
    grid.sale_date,
    grid.order_source,
    grid.channel,
    grid.country,
    cast(coalesce(day_sums.orders, 0) as bigint) as orders,
    cast(coalesce(day_sums.units, 0) as bigint) as units,
    cast(coalesce(day_sums.gross, 0) as decimal(18,4)) as gross,
    cast(coalesce(day_sums.discount, 0) as decimal(18,4)) as discount,
    cast(coalesce(day_sums.refunds, 0) as decimal(18,4)) as refunds,
    cast(
      coalesce(day_sums.gross - day_sums.discount - day_sums.refunds, 0) as decimal(18,4)
    ) as net,
    cast(coalesce(day_sums.gross, 0) * 10000 as bigint) as gross_ten_thousandths,
    day_sums.updated_at
  from grid
  left join day_sums
    on day_sums.sale_date = grid.sale_date
    and day_sums.order_source = grid.order_source
    and day_sums.channel = grid.channel
    and day_sums.country = grid.country
)

select
  days.sale_date,
  days.order_source,
  days.channel,
  days.country,
  days.orders,
  days.units,
  days.gross,
  days.discount,
  days.refunds,
  days.net,
  -- Gross is never negative, so that half up is half away from zero.
  cast(
    cast(
      (2 * days.gross_ten_thousandths + days.orders) / nullif(2 * days.orders, 0) as decimal(18,0)
    ) * cast(0.0001 as decimal(5,4)) as decimal(18,4)
  ) as average_order,
  lag(days.net) over (
    partition by days.order_source, days.channel, days.country
    order by days.sale_date
  ) as previous_day_net,
  coalesce(
    cast(days.sale_date + interval '1' day as timestamp(6)) <= lake_state.watermark,
    false
  ) as is_final,
  days.updated_at
from days
cross join lake_state
