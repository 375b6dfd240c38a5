/*
check: orphaned_duplicates
severity: warn
meaning: Events that stand only in duplicates or as id_conflict, since the record that claimed their id never landed; `reinstate` brings them back.
inputs: orphan_claims
*/
select
  event_id,
  owner,
  copies
from orphan_claims
