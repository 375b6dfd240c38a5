/*
model: touched_batches
meaning: Batches that this run stages.
grain: one row per ledger row
key: none
partition: none
inputs: batches_to_stage
materialization: touched
columns:
  ledger_id varchar not_null | The batch.
*/
select distinct ledger_id
from batches_to_stage
