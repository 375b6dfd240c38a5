/*
check: lifetime_closes
severity: error
meaning: A customer's lifetime is the sum of all days, and a cohort's that of its members.
inputs: customer_days, customer_ltv, cohort_ltv, unallocated_net
*/
-- Most days have no order and no refund, and add nothing.
with day_sums as (
  select
    customer_id,
    sum(orders) as orders,
    sum(gross) as gross,
    sum(discount) as discount,
    sum(refunds) as refunds,
    sum(net) as net
  from customer_days
  where orders <> 0 or gross <> 0 or discount <> 0 or refunds <> 0 or net <> 0
  group by customer_id
),

customers as (
  select
    coalesce(customer_ltv.customer_id, day_sums.customer_id) as customer_id,
    customer_ltv.net as counted,
    day_sums.net as expected
  from customer_ltv
  full join day_sums on day_sums.customer_id = customer_ltv.customer_id
  where coalesce(customer_ltv.orders, 0) <> coalesce(day_sums.orders, 0)
    or (
      customer_ltv.customer_id is not null
      and (
        customer_ltv.gross is distinct from day_sums.gross
        or customer_ltv.discount is distinct from day_sums.discount
        or customer_ltv.refunds is distinct from day_sums.refunds
        or customer_ltv.net is distinct from day_sums.net
      )
    )
),

member_sums as (
  select
    cohort_month,
    count(*) as customers,
    sum(orders) as orders
  from customer_ltv
  group by cohort_month
),

cohort_sums as (
  select
    cohort_month,
    max(cohort_size) as customers,
    sum(orders) as orders
  from cohort_ltv
  group by cohort_month
),

cohorts as (
  select
    coalesce(member_sums.cohort_month, cohort_sums.cohort_month) as cohort_month,
    member_sums.customers as counted,
    cohort_sums.customers as expected
  from member_sums
  full join cohort_sums on cohort_sums.cohort_month = member_sums.cohort_month
  where member_sums.customers is distinct from cohort_sums.customers
    or member_sums.orders is distinct from cohort_sums.orders
),

customer_net as (
  select coalesce(sum(net), 0) as net
  from customer_ltv
),

cohort_net as (
  select coalesce(sum(net), 0) as net
  from (
    select net
    from cohort_ltv
    union all
    select net
    from unallocated_net
    where reason = 'before_first_order'
  ) as nets
)

select
  'customer' as kind,
  customer_id as id,
  cast(counted as decimal(38,4)) as counted,
  cast(expected as decimal(38,4)) as expected
from customers
union all
select
  'cohort' as kind,
  cast(cohort_month as varchar) as id,
  cast(counted as decimal(38,4)) as counted,
  cast(expected as decimal(38,4)) as expected
from cohorts
union all
select
  'net of all' as kind,
  'cohort_ltv and unallocated_net' as id,
  cast(customer_net.net as decimal(38,4)) as counted,
  cast(cohort_net.net as decimal(38,4)) as expected
from customer_net
cross join cohort_net
where customer_net.net <> cohort_net.net
