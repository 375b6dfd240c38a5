/*
check: set_aside
severity: warn
meaning: Objects that were missing or held other bytes than the ledger says; `rebuild-object` writes them anew from the stream.
inputs: set_aside_objects
*/
select
  object_key,
  ledger_id,
  kind,
  records,
  detail
from set_aside_objects
where replacement_key is null
