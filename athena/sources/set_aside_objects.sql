/*
model: set_aside_objects
meaning: Objects that were missing or held other bytes than the ledger says; staging goes on without them.
grain: one row per ledger row and object that it names
key: none
partition: none
materialization: source
origin: rows
columns:
  ledger_id varchar not_null | Batch or snapshot that wrote the object.
  source varchar not_null | Where the batch came from.
  kind varchar not_null | raw, duplicates or quarantine.
  object_key varchar not_null | Key in the object store.
  records bigint not_null | Records in it.
  detail varchar not_null | What was found.
  replacement_key varchar | Object that is read in its place; null while there is none.
*/
