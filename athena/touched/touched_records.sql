/*
model: touched_records
meaning: Refused records about which something is new.
grain: one row per record
key: none
partition: none
inputs: stg_refused, stg_duplicates, stg_id_conflicts, new_copies
materialization: touched
columns:
  shard_id varchar not_null | Shard of the stream.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Place within an aggregated record; 0 when it stood alone.
*/
select
  shard_id,
  sequence_number,
  record_index
from stg_refused_changes
union
select
  shard_id,
  sequence_number,
  record_index
from stg_duplicates_changes
union
select
  shard_id,
  sequence_number,
  record_index
from stg_id_conflicts_changes
union
select
  refused.shard_id,
  refused.sequence_number,
  refused.record_index
from stg_refused as refused
join new_copies as copies
  on copies.shard_id = refused.shard_id
  and copies.sequence_number = refused.sequence_number
  and copies.record_index = refused.record_index
