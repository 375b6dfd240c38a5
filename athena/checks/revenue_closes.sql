/*
check: revenue_closes
severity: error
meaning: Gross is the same by order lines, orders, customer days, daily sales and sessions with fakestore orders.
inputs: fct_order_lines, fct_orders, fct_sessions, customer_days, daily_sales
*/
with sums as (
  select
    'fct_order_lines' as counted_in,
    coalesce(sum(line_total), 0) as gross
  from fct_order_lines
  union all
  select
    'customer_days' as counted_in,
    coalesce(sum(gross), 0) as gross
  from customer_days
  union all
  select
    'daily_sales' as counted_in,
    coalesce(sum(gross), 0) as gross
  from daily_sales
),

orders as (
  select coalesce(sum(gross), 0) as gross
  from fct_orders
),

web_orders as (
  select coalesce(sum(gross), 0) as gross
  from fct_orders
  where order_source = 'web'
),

session_sums as (
  select coalesce(sum(revenue), 0) as gross
  from fct_sessions
)

select
  sums.counted_in,
  sums.gross,
  orders.gross as orders_gross
from sums
cross join orders
where sums.gross <> orders.gross
union all
select
  'fct_sessions' as counted_in,
  session_sums.gross,
  web_orders.gross as orders_gross
from session_sums
cross join web_orders
where session_sums.gross <> web_orders.gross
