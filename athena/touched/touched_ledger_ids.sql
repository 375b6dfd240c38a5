/*
model: touched_ledger_ids
meaning: Batches of which a record was staged, or is counted otherwise than before; with the dates of their events.
grain: one row per ledger row
key: none
partition: none
inputs: ledger, batches_to_stage, stg_events, stg_late_events, stg_repeats
materialization: touched
columns:
  ledger_id varchar not_null | The batch.
  first_date date | Date of its earliest accepted event; null when it has none.
  last_date date | Date of its latest one.
*/
with changed as (
  select ledger_id
  from batches_to_stage
  union
  select ledger_id
  from stg_events_changes
  union
  select ledger_id
  from stg_late_events_changes
  union
  select ledger_id
  from stg_repeats_changes
)

select
  ledger.ledger_id,
  cast(ledger.min_event_time as date) as first_date,
  cast(ledger.max_event_time as date) as last_date
from ledger
join changed on changed.ledger_id = ledger.ledger_id
