/*
check: order_repeated
severity: warn
meaning: An order_id came with several purchase events, or is also a store API cart's; the first event counts.
inputs: stg_order_events, stg_carts
*/
with purchases as (
  select
    order_id,
    count(*) as purchases
  from stg_order_events
  where event_type = 'purchase'
  group by order_id
),

carts as (
  select distinct 'fakestore-' || id as order_id
  from stg_carts
)

select
  purchases.order_id,
  purchases.purchases,
  carts.order_id is not null as is_cart
from purchases
left join carts on carts.order_id = purchases.order_id
where purchases.purchases > 1 or carts.order_id is not null
