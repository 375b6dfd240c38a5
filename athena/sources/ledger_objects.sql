/*
model: ledger_objects
meaning: The objects that the ledger names; staging reads these and no others.
grain: one row per ledger row and object
key: none
partition: none
materialization: source
origin: rows
columns:
  ledger_id varchar not_null | Batch or snapshot that wrote the object.
  source varchar not_null | Where the batch came from.
  kind varchar not_null | raw, duplicates or quarantine.
  object_key varchar not_null | Key in the object store.
  location varchar not_null | Where the engine finds it: equals "$path" of the raw table.
  ingest_date varchar not_null | Date of arrival, from the key.
  ingest_hour varchar | Hour of arrival, from the key; empty for an API.
  sha256 varchar not_null | Digest of the uncompressed body, hex.
  records bigint not_null | Records in it.
  size_bytes bigint not_null | Bytes as stored.
  arrival_time timestamp(6) not_null | Earliest arrival of the ledger row; the slot of a snapshot.
*/
