/*
model: dim_product
meaning: The catalogue with its history.
grain: one row per product and period in which its data held
key: product_id, valid_from
partition: none
inputs: stg_products
slice: all
columns:
  product_id varchar not_null | The product.
  valid_from timestamp(6) not_null | From when on the row holds; 1970-01-01 for the first one.
  valid_to timestamp(6) | Until when it holds, exclusive; null for the current one.
  is_current boolean not_null | Whether it is the latest.
  name varchar | Name.
  category varchar | Category.
  price decimal(18,4) | Price in the catalogue, reporting currency.
  is_active boolean not_null | Whether the catalogue had the product then.
  is_synthetic boolean not_null | Whether the row shows made-up data; the store API gives all of these columns, so false.
  updated_at timestamp(6) | Slot of the snapshot that brought the row.
*/
with neighbours as (
  select
    id,
    valid_from,
    title,
    category,
    price,
    is_active,
    row_number() over (partition by id order by valid_from) as version_number,
    lead(valid_from) over (partition by id order by valid_from) as next_valid_from
  from stg_products
)

select
  id as product_id,
  case
    when version_number = 1 then cast('1970-01-01' as timestamp(6))
    else valid_from
  end as valid_from,
  next_valid_from as valid_to,
  next_valid_from is null as is_current,
  title as name,
  category,
  price,
  is_active,
  false as is_synthetic,
  valid_from as updated_at
from neighbours
