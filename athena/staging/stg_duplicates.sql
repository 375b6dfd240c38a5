/*
model: stg_duplicates
meaning: Records that the consumer refused since another record holds their event_id with equal content.
grain: one row per refused record and batch
key: ledger_id, shard_id, sequence_number, record_index
partition: month(arrival_date)
inputs: raw_duplicates, ledger, ledger_objects, batches_to_stage
slice: ledger_id of touched_batches
columns:
  ledger_id varchar not_null | Batch that refused it.
  shard_id varchar not_null | Shard of the stream.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Place within an aggregated record; 0 when it stood alone.
  arrival_date date not_null | UTC date of arrival_time.
  arrival_time timestamp(6) not_null | When the stream took the record.
  event_id varchar | Identity of the event, lower case.
  owner varchar | Coordinates of the record that holds the event_id.
  origin varchar not_null | How the batch came: stream, replay or reinstate.
*/
with refused as (
  select
    objects.ledger_id,
    raw._shard_id as shard_id,
    raw._sequence_number as sequence_number,
    coalesce(try_cast(raw._record_index as bigint), 0) as record_index,
    try(
      cast(from_iso8601_timestamp_nanos(raw._arrival_time) at time zone 'UTC' as timestamp(6))
    ) as arrival_time,
    lower(raw.event_id) as event_id,
    raw._owner as owner,
    ledger.origin
  from raw_duplicates as raw
  join ledger_objects as objects
    on objects.location = raw."$path"
    and objects.ingest_date = raw.ingest_date
    and objects.ingest_hour = raw.ingest_hour
  join batches_to_stage as batches on batches.ledger_id = objects.ledger_id
  join ledger on ledger.ledger_id = objects.ledger_id
  where objects.source = 'events' and objects.kind = 'duplicates' and raw._shard_id is not null
)

select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  cast(arrival_time as date) as arrival_date,
  arrival_time,
  event_id,
  owner,
  origin
from refused
