/*
model: raw_cart_items
meaning: The items of the store API's carts, each version of a cart with its own.
grain: one row per version of a cart and item
key: none
partition: none
inputs: stg_carts
materialization: source
origin: select
columns:
  id varchar not_null | The cart.
  valid_from timestamp(6) not_null | Snapshot in which this version appeared.
  line_number bigint not_null | Place of the item in the cart, from 1.
  product_id varchar | What lies in the cart.
  quantity bigint | How many of it.
*/
-- dialect: duckdb
select
  carts.id,
  carts.valid_from,
  cast(items.line_number as bigint) as line_number,
  json_extract_scalar(items.item, '$.product_id') as product_id,
  try_cast(try_cast(json_extract_scalar(items.item, '$.quantity') as double) as bigint) as quantity
from stg_carts as carts
cross join unnest(try_cast(carts.items as json[])) with ordinality as items (item, line_number)

-- dialect: trino
select
  carts.id,
  carts.valid_from,
  cast(items.line_number as bigint) as line_number,
  json_extract_scalar(items.item, '$.product_id') as product_id,
  try_cast(try_cast(json_extract_scalar(items.item, '$.quantity') as double) as bigint) as quantity
from stg_carts as carts
cross join unnest(try(cast(json_parse(carts.items) as array(json))))
  with ordinality as items (item, line_number)
