/*
model: raw_quarantine
meaning: Records that break the contract, with the reason, so that they can be replayed after a fix.
grain: one row per refused record and object that holds it
key: none
partition: none
materialization: source
origin: objects
read: new
columns:
  _arrival_time varchar | When the stream took the record, ISO 8601 UTC, milliseconds.
  _shard_id varchar | Shard of the stream.
  _sequence_number varchar | Its position in the shard.
  _record_index varchar | Place within an aggregated record.
  reason varchar | Kind of breach: unknown_type, clock_skew, id_conflict, ...
  detail varchar | What exactly was wrong.
  event_id varchar | Identity of the event, where it could be read.
  encoding varchar | How body is written: utf8 or base64.
  body varchar | The record's bytes.
  ingest_date varchar | UTC date of arrival, from the object's key.
  ingest_hour varchar | UTC hour of arrival, from the object's key.
  $path varchar | Object that holds the record.
*/
