/*
model: orphan_claims
meaning: Event ids of which no copy has landed, since the record that claimed the id never did; what bears them was refused.
grain: one row per event_id
key: event_id
partition: none
inputs: raw_duplicates, raw_quarantine, ledger_objects, event_copies
slice: all
columns:
  event_id varchar not_null | Identity that a record claimed which never landed, lower case.
  owner varchar | Coordinates of that record, as the refused copies name it; of several the first.
  copies bigint not_null | Records in duplicates, or in quarantine for their other content, that bear the id.
  first_arrival_time timestamp(6) not_null | When the stream took the earliest of them.
*/
with refused_lines as (
  select
    event_id,
    _owner as owner,
    _shard_id,
    _sequence_number,
    _record_index,
    _arrival_time,
    'duplicates' as kind,
    "$path" as location
  from raw_duplicates
  union all
  select
    event_id,
    -- The detail of a conflict begins with: record <owner> holds.
    split_part(detail, ' ', 2) as owner,
    _shard_id,
    _sequence_number,
    _record_index,
    _arrival_time,
    'quarantine' as kind,
    "$path" as location
  from raw_quarantine
  where reason = 'id_conflict'
),

-- The stream may give one record twice, and a conflict may have been replayed as a duplicate.
refused as (
  select
    lower(lines.event_id) as event_id,
    lines._shard_id as shard_id,
    lines._sequence_number as sequence_number,
    coalesce(try_cast(lines._record_index as bigint), 0) as record_index,
    min(lines.owner) as owner,
    min(
      try(
        cast(from_iso8601_timestamp_nanos(lines._arrival_time) at time zone 'UTC' as timestamp(6))
      )
    ) as arrival_time
  from refused_lines as lines
  join ledger_objects as objects
    on objects.location = lines.location and objects.kind = lines.kind
  where objects.source = 'events' and lines.event_id is not null
  group by 1, 2, 3, 4
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
