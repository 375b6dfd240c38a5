/*
model: quarantined_records
meaning: Every record that was refused, with its reason and whether it has landed since; bodies stand in raw_quarantine.
grain: one row per refused record
key: shard_id, sequence_number, record_index
partition: month(arrival_date)
inputs: stg_refused, stg_duplicates, ledger_objects, event_copies, stg_id_conflicts
standing: quarantined_records
restrict: stg_refused on shard_id, sequence_number, record_index of touched_records; stg_duplicates on shard_id, sequence_number, record_index of touched_records; stg_id_conflicts on shard_id, sequence_number, record_index of touched_records; quarantined_records on shard_id, sequence_number, record_index of touched_records
slice: shard_id, sequence_number, record_index of touched_records
columns:
  shard_id varchar not_null | Shard of the stream.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Place within an aggregated record; 0 when it stood alone.
  arrival_date date not_null | UTC date of arrival_time.
  arrival_time timestamp(6) not_null | When the stream took the record.
  reason varchar not_null in(too_large, not_utf8, too_deep, not_json, not_an_object, bad_text, bad_number, duplicate_key, reserved_field, unknown_type, unknown_version, invalid_field, clock_skew, out_of_range, id_conflict) | Kind of breach: unknown_type, clock_skew, id_conflict, ...
  detail varchar | What exactly was wrong.
  event_id varchar | Identity of the event, lower case, where it could be read.
  found_by varchar not_null in(consumer, staging) | consumer; or staging, for a conflict that only its copies of all batches show.
  ledger_id varchar not_null | Batch that refused it; of several the first by id.
  object_key varchar not_null | Object that holds its bytes.
  replayed_by varchar | Batch under which the same record has landed since, a replay as a rule; null while it is out.
*/
with conflicts as (
  select
    conflicts.shard_id,
    conflicts.sequence_number,
    conflicts.record_index,
    conflicts.arrival_time,
    'id_conflict' as reason,
    concat_ws(
      ' ',
      'record',
      concat_ws('#', conflicts.winner_shard_id, conflicts.winner_sequence_number),
      'holds this event_id with other content:',
      conflicts.differing_fields
    ) as detail,
    conflicts.event_id,
    conflicts.ledger_id,
    min(objects.object_key) as object_key
  from stg_id_conflicts as conflicts
  join ledger_objects as objects
    on objects.ledger_id = conflicts.ledger_id
    and objects.kind = 'raw'
    and objects.ingest_date = cast(cast(conflicts.arrival_time as date) as varchar)
    and try_cast(objects.ingest_hour as bigint)
      = cast(round(to_unixtime(conflicts.arrival_time) * 1000) as bigint) / 3600000 % 24
  group by 1, 2, 3, 4, 5, 6, 7, 8
),

found as (
  select
    shard_id,
    sequence_number,
    record_index,
    arrival_time,
    reason,
    detail,
    event_id,
    ledger_id,
    object_key,
    'staging' as found_by,
    1 as precedence
  from conflicts
  union all
  select
    shard_id,
    sequence_number,
    record_index,
    arrival_time,
    reason,
    detail,
    event_id,
    ledger_id,
    object_key,
    'consumer' as found_by,
    2 as precedence
  from stg_refused
),

-- The stream may give one record twice, and its batches may refuse it each.
records as (
  select
    shard_id,
    sequence_number,
    record_index,
    arrival_time,
    reason,
    detail,
    event_id,
    ledger_id,
    object_key,
    found_by,
    row_number() over (
      partition by shard_id, sequence_number, record_index
      order by precedence, ledger_id, object_key
    ) as finding_number
  from found
),

landings as (
  select
    copies.shard_id,
    copies.sequence_number,
    copies.record_index,
    copies.ledger_id
  from event_copies as copies
  join stg_refused as refused
    on refused.shard_id = copies.shard_id
    and refused.sequence_number = copies.sequence_number
    and refused.record_index = copies.record_index
  union all
  select
    shard_id,
    sequence_number,
    record_index,
    ledger_id
  from stg_duplicates
  where origin = 'replay'
  union all
  select
    shard_id,
    sequence_number,
    record_index,
    replayed_by as ledger_id
  from quarantined_records
  where replayed_by is not null
),

landed as (
  select
    shard_id,
    sequence_number,
    record_index,
    min(ledger_id) as ledger_id
  from landings
  group by shard_id, sequence_number, record_index
)

select
  records.shard_id,
  records.sequence_number,
  records.record_index,
  cast(records.arrival_time as date) as arrival_date,
  records.arrival_time,
  records.reason,
  records.detail,
  records.event_id,
  records.found_by,
  records.ledger_id,
  records.object_key,
  case when records.found_by = 'consumer' then landed.ledger_id end as replayed_by
from records
left join landed
  on landed.shard_id = records.shard_id
  and landed.sequence_number = records.sequence_number
  and landed.record_index = records.record_index
where records.finding_number = 1
