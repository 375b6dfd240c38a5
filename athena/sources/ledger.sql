/*
model: ledger
meaning: What landed: one row per batch or snapshot, with its counts; the proof of reconciliation.
grain: one row per batch of the stream or snapshot of an API
key: none
partition: none
materialization: source
origin: rows
columns:
  ledger_id varchar not_null | Identity of the batch, from its input.
  source varchar not_null | Where it came from: events, fakestore_products, ..., or a dataset of files: file_events, ...
  shard_id varchar | Shard of the stream; empty for an API.
  first_sequence varchar | First sequence number; empty for an API.
  last_sequence varchar | Last sequence number; empty for an API.
  objects varchar | Objects that it wrote, JSON.
  received bigint not_null | Records that came in.
  accepted bigint not_null | Records that stand in raw.
  duplicate bigint not_null | Records that stand in duplicates.
  quarantined bigint not_null | Records that stand in quarantine.
  quarantine_reasons varchar | Quarantined records by reason, JSON.
  dedup_bypassed bigint not_null | Accepted records that no claim stands behind.
  min_event_time timestamp(6) | Earliest accepted event.
  max_event_time timestamp(6) | Latest accepted event.
  min_arrival_time timestamp(6) not_null | Earliest arrival; the slot of a snapshot.
  max_arrival_time timestamp(6) not_null | Latest arrival; the slot of a snapshot.
  event_dates varchar | Dates of the accepted events, JSON.
  counts_by_type_and_minute varchar | Accepted events by type and minute, JSON.
  orders bigint not_null | Accepted purchase events.
  revenue_by_currency varchar | Gross of accepted purchases by currency, JSON.
  session_sketch varchar | Mergeable sketch of distinct sessions.
  staged_by varchar | Run that staged it; null while it waits.
  origin varchar not_null | How its records came: stream, replay (out of quarantine), reinstate (out of duplicates).
  recovered_from varchar | Object whose records a replay or reinstatement brought back.
  file_name varchar | Of a file its name; a row that holds nothing says that the same bytes came under another name.
*/
