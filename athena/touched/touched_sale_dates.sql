/*
model: touched_sale_dates
meaning: Dates of daily_sales of which a row can change, and the day after, which shows the net of the day before.
grain: one row per date
key: none
partition: none
inputs: fct_orders, fct_refunds, sale_groups, dim_date, lake_state
standing: daily_sales
materialization: touched
columns:
  sale_date date not_null | The UTC date.
  first_date date not_null | The day before, of which sales are read too.
  last_date date not_null | The date itself.
*/
with standing_groups as (
  select
    order_source,
    channel,
    country,
    min(sale_date) as first_date,
    max(sale_date) as last_date
  from daily_sales
  group by order_source, channel, country
),

-- A group that came, went, or begins or ends elsewhere than before: its dates from one end to the
-- other.
moved_groups as (
  select
    coalesce(became.first_date, was.first_date) as new_first,
    coalesce(was.first_date, became.first_date) as old_first,
    coalesce(became.last_date, was.first_date) as new_last,
    coalesce(was.last_date, became.first_date) as old_last
  from sale_groups as became
  full outer join standing_groups as was
    on was.order_source = became.order_source
    and was.channel = became.channel
    and was.country = became.country
  where was.first_date is distinct from became.first_date
    or was.last_date is distinct from became.last_date
),

changed as (
  select order_date as sale_date
  from fct_orders_changes
  union
  select refund_date as sale_date
  from fct_refunds_changes
  union
  select dim_date.date as sale_date
  from moved_groups
  join dim_date
    on dim_date.date between moved_groups.new_first and moved_groups.old_first
    or dim_date.date between moved_groups.old_first and moved_groups.new_first
    or dim_date.date between moved_groups.new_last and moved_groups.old_last
    or dim_date.date between moved_groups.old_last and moved_groups.new_last
  union
  select daily_sales.sale_date
  from daily_sales
  cross join lake_state
  where not daily_sales.is_final
    and cast(daily_sales.sale_date + interval '1' day as timestamp(6)) <= lake_state.watermark
),

dates as (
  select sale_date
  from changed
  union
  select cast(sale_date + interval '1' day as date) as sale_date
  from changed
)

select
  sale_date,
  cast(sale_date - interval '1' day as date) as first_date,
  sale_date as last_date
from dates
