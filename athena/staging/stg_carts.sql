/*
model: stg_carts
meaning: The store API's carts with their history.
grain: one row per cart and snapshot in which it appeared, changed or vanished
key: id, valid_from
partition: none
inputs: raw_fakestore_carts, ledger, ledger_objects
slice: all
columns:
  id varchar not_null | The cart.
  valid_from timestamp(6) not_null | Slot of the snapshot.
  user_id varchar | The user whose cart it is.
  cart_at timestamp(6) | When it was placed.
  items varchar | Products and quantities, a JSON array.
  is_active boolean not_null | Whether the snapshot had it; a vanished cart keeps its last fields.
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
  where ledger.source = 'fakestore_carts' and ledger.accepted > 0 and objects.kind = 'raw'
  group by ledger.min_arrival_time
),

present as (
  select
    raw.id,
    raw.user_id,
    raw.date,
    raw.items,
    snapshots.slot,
    snapshots.snapshot_number,
    row_number() over (
      partition by raw.id, snapshots.snapshot_number
      order by
        raw.user_id,
        raw.date,
        raw.items
    ) as repeat_number
  from raw_fakestore_carts as raw
  join ledger_objects as objects on objects.location = raw."$path"
  join snapshots on snapshots.ledger_id = objects.ledger_id
  where objects.source = 'fakestore_carts' and objects.kind = 'raw' and raw.id is not null
),

neighbours as (
  select
    present.*,
    lag(user_id) over (partition by id order by snapshot_number) as previous_user_id,
    lag(date) over (partition by id order by snapshot_number) as previous_date,
    lag(items) over (partition by id order by snapshot_number) as previous_items,
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
    or user_id is distinct from previous_user_id
    or date is distinct from previous_date
    or items is distinct from previous_items
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

select
  id,
  valid_from,
  user_id,
  try(
    cast(from_iso8601_timestamp_nanos(date) at time zone 'UTC' as timestamp(6))
  ) as cart_at,
  items,
  is_active
from versions
