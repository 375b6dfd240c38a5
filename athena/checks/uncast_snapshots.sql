/*
check: uncast_snapshots
severity: error
meaning: Entities of the store API with a price or date that did not become what its column holds.
inputs: stg_products, stg_carts, raw_cart_items
*/
select
  'product' as kind,
  id,
  valid_from
from stg_products
where price is null
union all
select
  'cart' as kind,
  id,
  valid_from
from stg_carts
where cart_at is null or user_id is null
union all
select
  'cart' as kind,
  id,
  valid_from
from raw_cart_items
where product_id is null or quantity is null
