/*
check: id_conflicts
severity: warn
meaning: Copies of an event_id with other content than the copy that counts; they stay in raw and count nowhere.
inputs: stg_id_conflicts
*/
select
  event_id,
  shard_id,
  sequence_number,
  record_index,
  differing_fields
from stg_id_conflicts
