/*
model: orphan_claims
meaning: Event ids whose copies were refused as duplicates although no copy has landed: the record that claimed the id never did.
grain: one row per event_id
key: event_id
partition: none
inputs: raw_duplicates, ledger_objects, event_copies
slice: all
reach: 0 .. 0
columns:
  event_id varchar not_null | Identity that a record claimed which never landed, lower case.
  owner varchar not_null | Coordinates of that record; of several the first.
  copies bigint not_null | Records in duplicates that bear the id.
  first_arrival_time timestamp(6) not_null | When the stream took the earliest of them.
*/
with refused as (
  select
    lower(raw.event_id) as event_id,
    raw._owner as owner,
    raw._shard_id as shard_id,
    raw._sequence_number as sequence_number,
    coalesce(try_cast(raw._record_index as bigint), 0) as record_index,
    min(
      try(
        cast(from_iso8601_timestamp_nanos(raw._arrival_time) at time zone 'UTC' as timestamp(6))
      )
    ) as arrival_time
  from raw_duplicates as raw
  join ledger_objects as objects on objects.location = raw."$path"
  where objects.source = 'events' and objects.kind = 'duplicates' and raw.event_id is not null
  group by 1, 2, 3, 4, 5
),

refused_ids as (
  select distinct event_id
  from refused
),

landed_ids as (
  select distinct copies.event_id
  from event_copies as copies
  join refused_ids on refused_ids.event_id = copies.event_id
)

select
  refused.event_id,
  min(refused.owner) as owner,
  count(*) as copies,
  min(refused.arrival_time) as first_arrival_time
from refused
left join landed_ids on landed_ids.event_id = refused.event_id
where landed_ids.event_id is null
group by refused.event_id
