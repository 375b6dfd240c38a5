/*
model: orphan_claims
meaning: Event ids of which no copy has landed, since the record that claimed the id never did; what bears them was refused.
grain: one row per event_id
key: event_id
partition: none
inputs: stg_duplicates, stg_refused, event_copies
restrict: stg_duplicates on event_id of touched_event_ids; stg_refused on event_id of touched_event_ids
slice: event_id of touched_event_ids
columns:
  event_id varchar not_null | Identity that a record claimed which never landed, lower case.
  owner varchar | Coordinates of that record, as the refused copies name it; of several the first.
  copies bigint not_null | Records in duplicates, or in quarantine for their other content, that bear the id.
  first_arrival_time timestamp(6) not_null | When the stream took the earliest of them.
*/
with refused_lines as (
  select
    event_id,
    owner,
    shard_id,
    sequence_number,
    record_index,
    arrival_time
  from stg_duplicates
  union all
  select
    event_id,
    -- The detail of a conflict begins with: record <owner> holds.
    split_part(detail, ' ', 2) as owner,
    shard_id,
    sequence_number,
    record_index,
    arrival_time
  from stg_refused
  where reason = 'id_conflict'
),

-- The stream may give one record twice, and a conflict may have been replayed as a duplicate.
refused as (
  select
    event_id,
    shard_id,
    sequence_number,
    record_index,
    min(owner) as owner,
    min(arrival_time) as arrival_time
  from refused_lines
  where event_id is not null
  group by event_id, shard_id, sequence_number, record_index
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
