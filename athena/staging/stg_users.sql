/*
model: stg_users
meaning: The store API's users with their history.
grain: one row per user and snapshot in which it appeared, changed or vanished
key: id, valid_from
partition: none
inputs: raw_fakestore_users, ledger, ledger_objects, stg_carts
slice: all
columns:
  id varchar not_null | The user.
  valid_from timestamp(6) not_null | Slot of the snapshot.
  email_hash varchar | Keyed hash of the e-mail address.
  country varchar | ISO 3166-1 alpha-2; made up, since the API does not say.
  created_at timestamp(6) | When the user signed up; made up, since the API does not say.
  is_active boolean not_null | Whether the snapshot had it; a vanished user keeps its last fields.
  is_synthetic_country boolean not_null | Whether country is made up: always.
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
  where ledger.source = 'fakestore_users' and ledger.accepted > 0 and objects.kind = 'raw'
  group by ledger.min_arrival_time
),

present as (
  select
    raw.id,
    raw.email_hash,
    snapshots.slot,
    snapshots.snapshot_number,
    row_number() over (
      partition by raw.id, snapshots.snapshot_number
      order by raw.email_hash
    ) as repeat_number
  from raw_fakestore_users as raw
  join ledger_objects as objects on objects.location = raw."$path"
  join snapshots on snapshots.ledger_id = objects.ledger_id
  where objects.source = 'fakestore_users' and objects.kind = 'raw' and raw.id is not null
),

neighbours as (
  select
    present.*,
    lag(email_hash) over (partition by id order by snapshot_number) as previous_email_hash,
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
    or email_hash is distinct from previous_email_hash
  union all
  select
    neighbours.*,
    snapshots.slot as valid_from,
    false as is_active
  from neighbours
  join snapshots on snapshots.snapshot_number = neighbours.snapshot_number + 1
  where neighbours.next_number is null
    or neighbours.next_number > neighbours.snapshot_number + 1
),

first_carts as (
  select
    user_id,
    min(cart_at) as first_cart_at
  from stg_carts
  group by user_id
),

numbered as (
  select
    versions.id,
    versions.valid_from,
    versions.email_hash,
    versions.is_active,
    coalesce(try_cast(versions.id as bigint), 0) as user_number,
    coalesce(first_carts.first_cart_at, cast('2020-01-01' as timestamp(6))) as known_at
  from versions
  left join first_carts on first_carts.user_id = versions.id
)

-- The API knows neither country nor date: one of ten countries, and up to 90 days before the first
-- cart, both spread by the user's number.
select
  id,
  valid_from,
  email_hash,
  case user_number % 10
    when 0 then 'US'
    when 1 then 'GB'
    when 2 then 'DE'
    when 3 then 'FR'
    when 4 then 'ES'
    when 5 then 'IT'
    when 6 then 'CA'
    when 7 then 'BR'
    when 8 then 'MX'
    else 'AU'
  end as country,
  cast(
    known_at - ((user_number * 37) % 90 + 1) * interval '1' day as timestamp(6)
  ) as created_at,
  is_active,
  true as is_synthetic_country,
  true as is_synthetic_created_at
from numbered
