/*
model: customer_days
meaning: What each customer did on each day; every customer model builds on it.
grain: one row per customer and date with an event, a session's start, an order or a refund
key: customer_id, activity_date
partition: month(activity_date)
inputs: device_days, dim_device, fct_sessions, fct_orders, fct_refunds
restrict: device_days on anonymous_id of touched_customer_devices; fct_sessions on customer_id, session_date = activity_date of touched_customer_days; fct_orders on customer_id, order_date = activity_date of touched_customer_days; fct_refunds on customer_id, refund_date = activity_date of touched_customer_days
slice: customer_id, activity_date of touched_customer_days
columns:
  customer_id varchar not_null references(dim_customer.customer_id) | The customer.
  activity_date date not_null references(dim_date.date) | The UTC date.
  events bigint not_null | Events of the customer, ad_* aside.
  sessions bigint not_null | Visits of the customer that began.
  orders bigint not_null | Orders placed.
  gross decimal(18,4) not_null | Gross of those orders.
  discount decimal(18,4) not_null | Discounts on those orders.
  refunds decimal(18,4) not_null | Refunds of this date, whenever the order was.
  net decimal(18,4) not_null | gross - discount - refunds.
  was_active boolean not_null | Whether there was an event.
  was_buyer boolean not_null | Whether there was an order.
  updated_at timestamp(6) | Latest arrival among all these.
*/
with activities as (
  select
    coalesce('u:' || nullif(device_days.user_key, ''), dim_device.customer_id) as customer_id,
    device_days.event_date as activity_date,
    device_days.events,
    cast(0 as bigint) as sessions,
    cast(0 as bigint) as orders,
    cast(0 as decimal(18,4)) as gross,
    cast(0 as decimal(18,4)) as discount,
    cast(0 as decimal(18,4)) as refunds,
    device_days.updated_at
  from device_days
  join dim_device on dim_device.anonymous_id = device_days.anonymous_id
  union all
  select
    customer_id,
    session_date as activity_date,
    cast(0 as bigint) as events,
    cast(1 as bigint) as sessions,
    cast(0 as bigint) as orders,
    cast(0 as decimal(18,4)) as gross,
    cast(0 as decimal(18,4)) as discount,
    cast(0 as decimal(18,4)) as refunds,
    updated_at
  from fct_sessions
  union all
  select
    customer_id,
    order_date as activity_date,
    cast(0 as bigint) as events,
    cast(0 as bigint) as sessions,
    cast(1 as bigint) as orders,
    coalesce(gross, cast(0 as decimal(18,4))) as gross,
    coalesce(discount, cast(0 as decimal(18,4))) as discount,
    cast(0 as decimal(18,4)) as refunds,
    arrival_time as updated_at
  from fct_orders
  union all
  select
    customer_id,
    refund_date as activity_date,
    cast(0 as bigint) as events,
    cast(0 as bigint) as sessions,
    cast(0 as bigint) as orders,
    cast(0 as decimal(18,4)) as gross,
    cast(0 as decimal(18,4)) as discount,
    coalesce(amount, cast(0 as decimal(18,4))) as refunds,
    updated_at
  from fct_refunds
),

sums as (
  select
    customer_id,
    activity_date,
    cast(sum(events) as bigint) as events,
    cast(sum(sessions) as bigint) as sessions,
    cast(sum(orders) as bigint) as orders,
    sum(gross) as gross,
    sum(discount) as discount,
    sum(refunds) as refunds,
    max(updated_at) as updated_at
  from activities
  group by customer_id, activity_date
)

select
  customer_id,
  activity_date,
  events,
  sessions,
  orders,
  cast(gross as decimal(18,4)) as gross,
  cast(discount as decimal(18,4)) as discount,
  cast(refunds as decimal(18,4)) as refunds,
  cast(gross - discount - refunds as decimal(18,4)) as net,
  events > 0 as was_active,
  orders > 0 as was_buyer,
  updated_at
from sums
