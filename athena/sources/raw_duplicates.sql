/*
model: raw_duplicates
meaning: Records whose event_id another record holds with the same content; kept, never staged.
grain: one row per refused copy and object that holds it
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
  _owner varchar | Coordinates of the record that holds the id.
  event_id varchar | Identity of the event, as sent.
  event_type varchar | What happened.
  event_time varchar | When it happened, RFC 3339 with any zone.
  ingest_date varchar | UTC date of arrival, from the object's key.
  ingest_hour varchar | UTC hour of arrival, from the object's key.
  $path varchar | Object that holds the record.
*/
