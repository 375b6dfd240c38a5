/*
model: fct_order_lines
meaning: Lines of the orders.
grain: one row per order and line
key: order_id, line_number
partition: order_date
inputs: fct_orders, stg_order_lines, cart_order_lines, dim_product
restrict: fct_orders on order_id of touched_order_lines; stg_order_lines on order_id of touched_order_lines
slice: order_id of touched_order_lines
columns:
  order_id varchar not_null references(fct_orders.order_id) | The order.
  line_number bigint not_null | Place in the order, from 1.
  order_date date not_null references(dim_date.date) | UTC date of the order.
  customer_id varchar not_null references(dim_customer.customer_id) | Who ordered.
  product_id varchar | What was bought.
  product_valid_from timestamp(6) references(dim_product.valid_from) | Version of the product when it was ordered; null when no catalogue knows it.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | Price of one as ordered, never the catalogue's of today; null in another currency.
  line_total decimal(18,4) | quantity times unit price; null in another currency.
  updated_at timestamp(6) | Arrival of the purchase event; a cart: its snapshot.
*/
with web_lines as (
  select
    lines.order_id,
    lines.line_number,
    lines.product_id,
    products.valid_from as product_valid_from,
    lines.quantity,
    lines.unit_price
  from stg_order_lines as lines
  left join dim_product as products
    on products.product_id = lines.product_id
    and products.valid_from <= lines.event_time
    and lines.event_time < coalesce(products.valid_to, timestamp '9999-12-31 00:00:00.000000')
),

all_lines as (
  select
    'web' as order_source,
    order_id,
    line_number,
    product_id,
    product_valid_from,
    quantity,
    unit_price
  from web_lines
  union all
  select
    'fakestore' as order_source,
    order_id,
    line_number,
    product_id,
    product_valid_from,
    quantity,
    unit_price
  from cart_order_lines
)

select
  lines.order_id,
  lines.line_number,
  orders.order_date,
  orders.customer_id,
  lines.product_id,
  lines.product_valid_from,
  lines.quantity,
  case when orders.gross is not null then lines.unit_price end as unit_price,
  cast(
    case when orders.gross is not null then lines.quantity * lines.unit_price end as decimal(18,4)
  ) as line_total,
  orders.arrival_time as updated_at
from all_lines as lines
join fct_orders as orders
  on orders.order_id = lines.order_id and orders.order_source = lines.order_source
