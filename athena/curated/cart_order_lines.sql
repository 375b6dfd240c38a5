/*
model: cart_order_lines
meaning: The lines of the store API's carts that count as orders, priced as of the cart's date.
grain: one row per cart order and line
key: none
partition: none
inputs: stg_carts, raw_cart_items, dim_product
materialization: scratch
columns:
  order_id varchar not_null | fakestore- and the cart.
  line_number bigint not_null | Place of the item in the cart, from 1.
  product_id varchar | What was bought.
  product_valid_from timestamp(6) | Version of the product at that time; null when unknown.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | The version's price; null when unknown.
*/
with latest_carts as (
  select
    id,
    valid_from,
    cart_at,
    is_active,
    row_number() over (partition by id order by valid_from desc) as age_rank
  from stg_carts
)

select
  'fakestore-' || carts.id as order_id,
  items.line_number,
  items.product_id,
  products.valid_from as product_valid_from,
  items.quantity,
  products.price as unit_price
from latest_carts as carts
join raw_cart_items as items
  on items.id = carts.id and items.valid_from = carts.valid_from
left join dim_product as products
  on products.product_id = items.product_id
  and products.valid_from <= carts.cart_at
  and carts.cart_at < coalesce(products.valid_to, timestamp '9999-12-31 00:00:00.000000')
where carts.age_rank = 1 and carts.is_active and carts.cart_at is not null
