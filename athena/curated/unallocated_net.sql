/*
model: unallocated_net
meaning: Net that belongs to no cohort, so that cohort_ltv and this close with daily_sales.
grain: one row per month and reason
key: month, reason
partition: none
inputs: customer_days
slice: all
columns:
  month date not_null references(dim_date.date) | First day of the month.
  reason varchar not_null in(no_order, before_first_order) | no_order: of customers who never ordered; before_first_order: of months before it.
  net decimal(18,4) not_null | Gross less discounts and refunds; here refunds alone, so negative.
  updated_at timestamp(6) | Latest arrival among the refunds.
*/
with customer_months as (
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
)

select
  customer_months.month,
  case when members.customer_id is null then 'no_order' else 'before_first_order' end as reason,
  cast(sum(customer_months.net) as decimal(18,4)) as net,
  max(customer_months.updated_at) as updated_at
from customer_months
left join members on members.customer_id = customer_months.customer_id
where members.customer_id is null or customer_months.month < members.cohort_month
group by 1, 2
