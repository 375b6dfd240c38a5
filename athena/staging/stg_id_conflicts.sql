/*
model: stg_id_conflicts
meaning: Accepted copies of an event_id whose content is not that of the copy that counts; they stay in raw and count nowhere.
grain: one row per event_id and losing place in the stream
key: event_id, shard_id, sequence_number, record_index
partition: none
inputs: stg_repeats
restrict: stg_repeats on event_id of touched_event_ids
slice: event_id of touched_event_ids
columns:
  event_id varchar not_null | Identity that two contents claim, lower case.
  shard_id varchar not_null | Shard of the losing copy.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
  ledger_id varchar not_null | Batch of the losing copy; of several deliveries the first by id.
  arrival_time timestamp(6) not_null | When the stream took the losing copy.
  differing_fields varchar not_null | Fields in which it differs from the copy that counts, comma between.
  winner_ledger_id varchar not_null | Batch of the copy that counts.
  winner_shard_id varchar not_null | Shard of the copy that counts.
  winner_sequence_number varchar not_null | Its position in the shard, decimal text.
  winner_record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
*/
select
  event_id,
  shard_id,
  sequence_number,
  record_index,
  ledger_id,
  arrival_time,
  differing_fields,
  winner_ledger_id,
  winner_shard_id,
  winner_sequence_number,
  winner_record_index
from stg_repeats
where differing_fields is not null
