/*
model: batches_to_stage
meaning: The ledger rows whose objects this run reads: those that no run has staged; all of them when everything is built anew.
grain: one row per ledger row
key: none
partition: none
materialization: source
origin: rows
columns:
  ledger_id varchar not_null | The batch, file or snapshot.
  source varchar not_null | Where it came from.
*/
