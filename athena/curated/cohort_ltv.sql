/*
model: cohort_ltv
meaning: What the customers who first ordered in a month have brought since, month by month.
grain: one row per cohort month and age, dense up to the newest month
key: cohort_month, age_month
partition: none
inputs: customer_days, dim_date, lake_state
slice: all
columns:
  cohort_month date not_null references(dim_date.date) | First day of the month in which its members ordered for the first time.
  age_month bigint not_null | Months since then, from 0.
  cohort_size bigint not_null | Members; all stay in the denominator.
  active_customers bigint not_null | Members who ordered in this month.
  orders bigint not_null | Their orders in this month.
  net decimal(18,4) not_null | Gross less discounts and refunds of this month; a refund counts when it is made.
  cumulative_net decimal(18,4) not_null | Sum of net from age 0 to this age.
  ltv decimal(18,4) not_null | cumulative_net / cohort_size, half rounds away from zero.
  is_final boolean not_null | Whether nothing in time can still arrive for the month.
  updated_at timestamp(6) | Latest arrival among its members' orders and refunds of the month; null when none.
*/
with horizon as (
  select max(activity_date) as last_date
  from customer_days
),

customer_months as (
  select
    customer_id,
    cast(date_trunc('month', activity_date) as date) as month,
    sum(orders) as orders,
    sum(net) as net,
    max(updated_at) as updated_at
  from customer_days
  where orders > 0 or refunds <> 0
  group by 1, 2
),

members as (
  select
    customer_id,
    min(month) as cohort_month
  from customer_months
  where orders > 0
  group by customer_id
),

sizes as (
  select
    cohort_month,
    count(*) as cohort_size
  from members
  group by cohort_month
),

sums as (
  select
    members.cohort_month,
    customer_months.month,
    count(case when customer_months.orders > 0 then 1 end) as active_customers,
    sum(customer_months.orders) as orders,
    sum(customer_months.net) as net,
    max(customer_months.updated_at) as updated_at
  from customer_months
  join members on members.customer_id = customer_months.customer_id
  group by members.cohort_month, customer_months.month
),

months as (
  select distinct
    month_start as month,
    cast(month_start + interval '1' month as date) as next_month
  from dim_date
),

cells as (
  select
    sizes.cohort_month,
    row_number() over (partition by sizes.cohort_month order by months.month) - 1 as age_month,
    sizes.cohort_size,
    coalesce(sums.active_customers, 0) as active_customers,
    cast(coalesce(sums.orders, 0) as bigint) as orders,
    cast(coalesce(sums.net, 0) as decimal(18,4)) as net,
    cast(
      sum(coalesce(sums.net, 0)) over (
        partition by sizes.cohort_month
        order by months.month
        rows between unbounded preceding and current row
      ) as decimal(18,4)
    ) as cumulative_net,
    coalesce(cast(months.next_month as timestamp(6)) <= lake_state.watermark, false) as is_final,
    sums.updated_at
  from sizes
  cross join horizon
  cross join lake_state
  join months on months.month between sizes.cohort_month and horizon.last_date
  left join sums on sums.cohort_month = sizes.cohort_month and sums.month = months.month
),

numbered as (
  select
    cells.*,
    cast(abs(cumulative_net) * 10000 as bigint) as net_ten_thousandths,
    case when cumulative_net < 0 then -1 else 1 end as net_sign
  from cells
)

select
  cohort_month,
  age_month,
  cohort_size,
  active_customers,
  orders,
  net,
  cumulative_net,
  cast(
    cast(
      net_sign * ((2 * net_ten_thousandths + cohort_size) / (2 * cohort_size)) as decimal(18,0)
    ) * cast(0.0001 as decimal(5,4)) as decimal(18,4)
  ) as ltv,
  is_final,
  updated_at
from numbered
