/*
model: stg_products
meaning: The store API's products with their history.
grain: one row per product and snapshot in which it appeared, changed or vanished
key: id, valid_from
partition: none
inputs: raw_fakestore_products, ledger, ledger_objects
slice: all
columns:
  id varchar not_null | The product.
  valid_from timestamp(6) not_null | Slot of the snapshot.
  title varchar | Its name.
  price decimal(18,4) | Its price.
  description varchar | Its description.
  category varchar | Its category.
  image varchar | Address of its picture.
  rating_rate double | Mean rating.
  rating_count bigint | Number of ratings.
  is_active boolean not_null | Whether the snapshot had it; a vanished product keeps its last fields.
  created_at timestamp(6) | When it was listed; made up, since the API does not say.
  is_synthetic_created_at boolean not_null | Whether created_at is made up: always.
*/
-- Two answers of one slot: the greater ledger_id counts, so that a repeat decides nothing.
-- A snapshot whose object was set aside is none: nothing vanished in it.
with snapshots as (
  select
    ledger.min_arrival_time as slot,
    max(ledger.ledger_id) as ledger_id,
    row_number() over (order by ledger.min_arrival_time) as snapshot_number
  from ledger
  join ledger_objects as objects on objects.ledger_id = ledger.ledger_id
  where ledger.source = 'fakestore_products' and ledger.accepted > 0 and objects.kind = 'raw'
  group by ledger.min_arrival_time
),

present as (
  select
    raw.id,
    raw.title,
    raw.price,
    raw.description,
    raw.category,
    raw.image,
    raw.rating_rate,
    raw.rating_count,
    snapshots.slot,
    snapshots.snapshot_number,
    row_number() over (
      partition by raw.id, snapshots.snapshot_number
      order by
        raw.title,
        raw.price,
        raw.description,
        raw.category,
        raw.image,
        raw.rating_rate,
        raw.rating_count
    ) as repeat_number
  from raw_fakestore_products as raw
  join ledger_objects as objects on objects.location = raw."$path"
  join snapshots on snapshots.ledger_id = objects.ledger_id
  where objects.source = 'fakestore_products' and objects.kind = 'raw' and raw.id is not null
),

neighbours as (
  select
    present.*,
    lag(title) over (partition by id order by snapshot_number) as previous_title,
    lag(price) over (partition by id order by snapshot_number) as previous_price,
    lag(description) over (partition by id order by snapshot_number) as previous_description,
    lag(category) over (partition by id order by snapshot_number) as previous_category,
    lag(image) over (partition by id order by snapshot_number) as previous_image,
    lag(rating_rate) over (partition by id order by snapshot_number) as previous_rating_rate,
    lag(rating_count) over (partition by id order by snapshot_number) as previous_rating_count,
    lag(snapshot_number) over (partition by id order by snapshot_number) as previous_number,
    lead(snapshot_number) over (partition by id order by snapshot_number) as next_number
  from present
  where repeat_number = 1
),

-- Appeared, came back or changed; and, in the snapshot after the last one that had it, vanished.
versions as (
  select
    neighbours.*,
    slot as valid_from,
    true as is_active
  from neighbours
  where previous_number is null
    or previous_number < snapshot_number - 1
    or title is distinct from previous_title
    or price is distinct from previous_price
    or description is distinct from previous_description
    or category is distinct from previous_category
    or image is distinct from previous_image
    or rating_rate is distinct from previous_rating_rate
    or rating_count is distinct from previous_rating_count
  union all
  select
    neighbours.*,
    snapshots.slot as valid_from,
    false as is_active
  from neighbours
  join snapshots on snapshots.snapshot_number = neighbours.snapshot_number + 1
  where neighbours.next_number is null
    or neighbours.next_number > neighbours.snapshot_number + 1
)

-- The API knows no date of listing: 2020-01-01 less up to a year, spread by the product's number.
select
  id,
  valid_from,
  title,
  coalesce(
    try_cast(price as decimal(18,4)),
    try_cast(try_cast(price as double) as decimal(18,4))
  ) as price,
  description,
  category,
  image,
  try_cast(rating_rate as double) as rating_rate,
  try_cast(try_cast(rating_count as double) as bigint) as rating_count,
  is_active,
  cast(
    cast('2020-01-01' as date)
    - (coalesce(try_cast(id as bigint), 0) * 53) % 365 * interval '1' day as timestamp(6)
  ) as created_at,
  true as is_synthetic_created_at
from versions
