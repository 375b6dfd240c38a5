/*
model: customer_ltv
meaning: What each customer who ever ordered has brought so far.
grain: one row per customer with an order
key: customer_id
partition: none
inputs: fct_orders, fct_refunds
restrict: fct_orders on customer_id of touched_buyers; fct_refunds on customer_id of touched_buyers
slice: customer_id of touched_buyers
columns:
  customer_id varchar not_null references(dim_customer.customer_id) | The customer; without an order there is no row.
  cohort_month date not_null references(dim_date.date) | First day of the month of the first order.
  first_order_at timestamp(6) not_null | When the customer ordered for the first time, from any source.
  last_order_at timestamp(6) not_null | When the customer last ordered; the same for a single order.
  orders bigint not_null | Orders, from any source, in any currency, of any value.
  gross decimal(18,4) not_null | Gross of the orders in the reporting currency.
  discount decimal(18,4) not_null | Discounts on them.
  refunds decimal(18,4) not_null | All refunds of the customer, also from before the first order.
  net decimal(18,4) not_null | gross - discount - refunds; negative when more was given back than paid.
  median_gap_days bigint | Days between the UTC dates of an order and the next, the lower median; null for a single order.
  updated_at timestamp(6) | Latest arrival among the orders and refunds.
*/
with placed as (
  select
    customer_id,
    order_number,
    order_date,
    ordered_at,
    gross,
    discount,
    arrival_time,
    lag(order_date) over (partition by customer_id order by order_number) as previous_date
  from fct_orders
),

order_sums as (
  select
    customer_id,
    min(order_date) as first_date,
    min(ordered_at) as first_order_at,
    max(ordered_at) as last_order_at,
    count(*) as orders,
    coalesce(sum(gross), 0) as gross,
    coalesce(sum(discount), 0) as discount,
    max(arrival_time) as updated_at
  from placed
  group by customer_id
),

refund_sums as (
  select
    customer_id,
    coalesce(sum(amount), 0) as refunds,
    max(updated_at) as updated_at
  from fct_refunds
  group by customer_id
),

gaps as (
  select
    customer_id,
    order_number,
    date_diff('day', previous_date, order_date) as gap_days
  from placed
  where previous_date is not null
),

ranked_gaps as (
  select
    customer_id,
    gap_days,
    row_number() over (partition by customer_id order by gap_days, order_number) as gap_rank,
    count(*) over (partition by customer_id) as gaps
  from gaps
),

median_gaps as (
  select
    customer_id,
    gap_days as median_gap_days
  from ranked_gaps
  where gap_rank = (gaps + 1) / 2
)

select
  order_sums.customer_id,
  cast(date_trunc('month', order_sums.first_date) as date) as cohort_month,
  order_sums.first_order_at,
  order_sums.last_order_at,
  order_sums.orders,
  cast(order_sums.gross as decimal(18,4)) as gross,
  cast(order_sums.discount as decimal(18,4)) as discount,
  cast(coalesce(refund_sums.refunds, 0) as decimal(18,4)) as refunds,
  cast(
    order_sums.gross - order_sums.discount - coalesce(refund_sums.refunds, 0) as decimal(18,4)
  ) as net,
  median_gaps.median_gap_days,
  case
    when refund_sums.updated_at > order_sums.updated_at then refund_sums.updated_at
    else order_sums.updated_at
  end as updated_at
from order_sums
left join refund_sums on refund_sums.customer_id = order_sums.customer_id
left join median_gaps on median_gaps.customer_id = order_sums.customer_id
