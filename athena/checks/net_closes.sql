/*
check: net_closes
severity: error
meaning: Net is the same by orders less loose refunds, customer days, daily sales, and cohorts with unallocated net.
inputs: fct_orders, fct_refunds, customer_days, daily_sales, cohort_ltv, unallocated_net
*/
-- A refund is loose when no order takes it off: the order is unknown, or its own money is null since
-- it was placed in another currency.
with loose_refunds as (
  select coalesce(sum(fct_refunds.amount), 0) as amount
  from fct_refunds
  left join fct_orders on fct_orders.order_id = fct_refunds.order_id
  where fct_orders.net is null
),

order_net as (
  select coalesce(sum(net), 0) as net
  from fct_orders
),

sums as (
  select
    'customer_days' as counted_in,
    coalesce(sum(net), 0) as net
  from customer_days
  union all
  select
    'daily_sales' as counted_in,
    coalesce(sum(net), 0) as net
  from daily_sales
  union all
  select
    'cohort_ltv and unallocated_net' as counted_in,
    coalesce(sum(net), 0) as net
  from (
    select net
    from cohort_ltv
    union all
    select net
    from unallocated_net
  ) as cohort_net
)

select
  sums.counted_in,
  sums.net,
  order_net.net - loose_refunds.amount as orders_net
from sums
cross join order_net
cross join loose_refunds
where sums.net <> order_net.net - loose_refunds.amount
