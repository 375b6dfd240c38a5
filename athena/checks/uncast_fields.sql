/*
check: uncast_fields
severity: error
meaning: Accepted records with a field that did not become what its column holds; the contract should have refused them.
inputs: broken_records
*/
select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  event_id,
  uncast_fields
from broken_records
