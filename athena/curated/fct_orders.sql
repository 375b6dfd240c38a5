/*
model: fct_orders
meaning: Orders: the first purchase event of each order_id, and the store API's active carts.
grain: one row per order
key: order_id
partition: order_date
inputs: order_purchases, stg_order_lines, stg_carts, dim_device, session_summary, lake_currency, first_refunds, cart_order_lines
restrict: stg_order_lines on order_id of touched_orders
slice: order_id of touched_orders
columns:
  order_id varchar not_null | The order; fakestore- and the number for a cart.
  order_date date not_null references(dim_date.date) | UTC date of ordered_at.
  customer_id varchar not_null references(dim_customer.customer_id) | Who ordered.
  anonymous_id varchar references(dim_device.anonymous_id) | Device of the purchase event; null for a cart.
  session_id varchar references(fct_sessions.session_id) | Visit of the purchase event; null for a cart.
  event_id varchar unique | The purchase event; null for a cart.
  order_source varchar not_null in(web, fakestore) | web or fakestore.
  ordered_at timestamp(6) not_null | When it was placed.
  order_number bigint not_null | Which order of this customer it is by (ordered_at, order_id), from 1.
  lines bigint not_null | Number of lines.
  units bigint not_null | Sum of quantities.
  currency varchar | Currency of the money columns: the reporting one, or the sent one where they are null.
  original_currency varchar | Currency that was sent; the reporting one for a cart.
  channel varchar not_null in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other, unknown) | First channel of the visit up to the order, else unknown.
  country varchar not_null | First country of the visit up to the order, else unknown.
  gross decimal(18,4) | Sum of quantity times unit price; null in another currency.
  discount decimal(18,4) | Discount; null in another currency.
  refunded decimal(18,4) | Sum of its refunds, whenever they came; null in another currency.
  net decimal(18,4) | gross - discount - refunded; shipping and tax stand apart.
  arrival_time timestamp(6) | When its purchase event arrived; a cart: its snapshot.
  updated_at timestamp(6) | Latest arrival among its purchase event (a cart: its snapshot) and its refunds.
*/
with web_sums as (
  select
    order_id,
    count(*) as lines,
    sum(quantity) as units,
    sum(quantity * unit_price) as gross
  from stg_order_lines
  group by order_id
),

latest_carts as (
  select
    id,
    valid_from,
    user_id,
    cart_at,
    is_active,
    row_number() over (partition by id order by valid_from desc) as age_rank
  from stg_carts
),

cart_sums as (
  select
    order_id,
    count(*) as lines,
    sum(quantity) as units,
    sum(quantity * unit_price) as gross
  from cart_order_lines
  group by order_id
),

refund_sums as (
  select
    order_id,
    sum(amount) as refunded,
    max(arrival_time) as arrival_time
  from first_refunds
  where order_id is not null
  group by order_id
),

placed as (
  select
    web_orders.order_id,
    web_orders.event_date as order_date,
    coalesce('u:' || web_orders.user_id, dim_device.customer_id) as customer_id,
    web_orders.anonymous_id,
    web_orders.session_id,
    web_orders.event_id,
    'web' as order_source,
    web_orders.event_time as ordered_at,
    web_sums.lines,
    web_sums.units,
    web_orders.currency,
    case
      when sessions.channel_time < web_orders.event_time
        or (
          sessions.channel_time = web_orders.event_time
          and sessions.channel_event_id <= web_orders.event_id
        )
        then sessions.channel
    end as channel,
    case
      when sessions.country_time < web_orders.event_time
        or (
          sessions.country_time = web_orders.event_time
          and sessions.country_event_id <= web_orders.event_id
        )
        then sessions.country
    end as country,
    coalesce(web_orders.currency = lake_currency.currency, false) as is_reporting,
    web_sums.gross,
    web_orders.discount,
    web_orders.arrival_time
  from order_purchases as web_orders
  cross join lake_currency
  left join web_sums on web_sums.order_id = web_orders.order_id
  left join dim_device on dim_device.anonymous_id = web_orders.anonymous_id
  left join session_summary as sessions
    on sessions.anonymous_id = web_orders.anonymous_id
    and sessions.session_id = web_orders.session_id
  union all
  -- A cart whose order_id a producer used stays out: one order_id is one order.
  select
    'fakestore-' || carts.id as order_id,
    cast(carts.cart_at as date) as order_date,
    'u:fakestore-' || carts.user_id as customer_id,
    cast(null as varchar) as anonymous_id,
    cast(null as varchar) as session_id,
    cast(null as varchar) as event_id,
    'fakestore' as order_source,
    carts.cart_at as ordered_at,
    cart_sums.lines,
    cart_sums.units,
    lake_currency.currency,
    cast(null as varchar) as channel,
    cast(null as varchar) as country,
    true as is_reporting,
    cart_sums.gross,
    cast(null as decimal(18,4)) as discount,
    carts.valid_from as arrival_time
  from latest_carts as carts
  cross join lake_currency
  left join cart_sums on cart_sums.order_id = 'fakestore-' || carts.id
  left join order_purchases as web_orders on web_orders.order_id = 'fakestore-' || carts.id
  where carts.age_rank = 1
    and carts.is_active
    and carts.cart_at is not null
    and carts.user_id is not null
    and web_orders.order_id is null
),

valued as (
  select
    placed.order_id,
    placed.order_date,
    placed.customer_id,
    placed.anonymous_id,
    placed.session_id,
    placed.event_id,
    placed.order_source,
    placed.ordered_at,
    placed.lines,
    placed.units,
    placed.currency,
    placed.channel,
    placed.country,
    case when placed.is_reporting then coalesce(placed.gross, 0) end as gross,
    case when placed.is_reporting then coalesce(placed.discount, 0) end as discount,
    case when placed.is_reporting then coalesce(refund_sums.refunded, 0) end as refunded,
    placed.arrival_time,
    case
      when refund_sums.arrival_time > placed.arrival_time then refund_sums.arrival_time
      else placed.arrival_time
    end as updated_at
  from placed
  left join refund_sums on refund_sums.order_id = placed.order_id
)

select
  order_id,
  order_date,
  customer_id,
  anonymous_id,
  session_id,
  event_id,
  order_source,
  ordered_at,
  row_number() over (partition by customer_id order by ordered_at, order_id) as order_number,
  coalesce(lines, 0) as lines,
  cast(coalesce(units, 0) as bigint) as units,
  currency,
  currency as original_currency,
  coalesce(channel, 'unknown') as channel,
  coalesce(country, 'unknown') as country,
  cast(gross as decimal(18,4)) as gross,
  cast(discount as decimal(18,4)) as discount,
  cast(refunded as decimal(18,4)) as refunded,
  cast(gross - discount - refunded as decimal(18,4)) as net,
  arrival_time,
  updated_at
from valued
