/*
model: touched_orders
meaning: Orders of which a row can change: by their events, visit, customer, prices; and all others of the same customers, since these are numbered.
grain: one row per order
key: none
partition: none
inputs: stg_order_events, stg_carts, dim_device, dim_product, session_summary, remapped_devices, lake_currency
standing: fct_orders, fct_order_lines
materialization: touched
columns:
  order_id varchar not_null | The order.
*/
with changed_events as (
  select distinct
    order_id,
    refund_id
  from stg_order_events_changes
  where order_id is not null
),

changed_carts as (
  select distinct id
  from stg_carts_changes
),

changed_orders as (
  select order_id
  from changed_events
  union
  -- A refund_id counts once: another event of it may now be the first.
  select refunds.order_id
  from stg_order_events as refunds
  join (select distinct refund_id from changed_events where refund_id is not null) as changed
    on changed.refund_id = refunds.refund_id
  where refunds.event_type = 'refund' and refunds.order_id is not null
  union
  select orders.order_id
  from fct_orders as orders
  join (select distinct anonymous_id, session_id from session_summary_changes) as sessions
    on sessions.anonymous_id = orders.anonymous_id and sessions.session_id = orders.session_id
  union
  select orders.order_id
  from fct_orders as orders
  join remapped_devices as devices on devices.anonymous_id = orders.anonymous_id
  union
  select 'fakestore-' || id as order_id
  from changed_carts
  union
  -- A cart is priced by the catalogue as of its date.
  select lines.order_id
  from fct_order_lines as lines
  join fct_orders as orders on orders.order_id = lines.order_id
  join (select distinct product_id from dim_product_changes) as products
    on products.product_id = lines.product_id
  where orders.order_source = 'fakestore'
  union
  -- The reporting currency has been fixed since.
  select orders.order_id
  from fct_orders as orders
  cross join lake_currency
  where orders.order_source = 'fakestore'
    and orders.currency is distinct from lake_currency.currency
),

customers as (
  select orders.customer_id
  from fct_orders as orders
  join changed_orders on changed_orders.order_id = orders.order_id
  union
  select coalesce('u:' || purchases.user_id, dim_device.customer_id) as customer_id
  from stg_order_events as purchases
  join changed_orders on changed_orders.order_id = purchases.order_id
  left join dim_device on dim_device.anonymous_id = purchases.anonymous_id
  where purchases.event_type = 'purchase'
  union
  select 'u:fakestore-' || carts.user_id as customer_id
  from stg_carts as carts
  join changed_orders on changed_orders.order_id = 'fakestore-' || carts.id
  where carts.user_id is not null
)

select order_id
from changed_orders
union
select orders.order_id
from fct_orders as orders
join customers on customers.customer_id = orders.customer_id
