/*
check: ledger_balances
severity: error
meaning: Each batch or file balances: received = accepted + duplicate + quarantined; accepted = staged + too late + collapsed + conflicts + set aside.
inputs: ledger, stg_events, stg_late_events, stg_repeats, set_aside_objects
restrict: ledger on ledger_id of touched_ledger_ids; stg_events on ledger_id within event_date of touched_ledger_ids; stg_late_events on ledger_id of touched_ledger_ids; stg_repeats on ledger_id of touched_ledger_ids
*/
with staged as (
  select
    ledger_id,
    count(*) as records
  from stg_events
  group by ledger_id
),

too_late as (
  select
    ledger_id,
    count(*) as records
  from stg_late_events
  group by ledger_id
),

repeats as (
  select
    ledger_id,
    count(case when differing_fields is null then 1 end) as collapsed,
    count(differing_fields) as conflicts
  from stg_repeats
  group by ledger_id
),

set_aside as (
  select
    ledger_id,
    cast(sum(records) as bigint) as records
  from set_aside_objects
  where kind = 'raw' and replacement_key is null
  group by ledger_id
),

counted as (
  select
    ledger.ledger_id,
    ledger.source,
    ledger.received,
    ledger.accepted,
    ledger.duplicate,
    ledger.quarantined,
    coalesce(staged.records, 0) as staged,
    coalesce(too_late.records, 0) as too_late,
    coalesce(repeats.collapsed, 0) as collapsed,
    coalesce(repeats.conflicts, 0) as conflicts,
    coalesce(set_aside.records, 0) as set_aside
  from ledger
  left join staged on staged.ledger_id = ledger.ledger_id
  left join too_late on too_late.ledger_id = ledger.ledger_id
  left join repeats on repeats.ledger_id = ledger.ledger_id
  left join set_aside on set_aside.ledger_id = ledger.ledger_id
)

select
  ledger_id,
  received,
  accepted,
  duplicate,
  quarantined,
  staged,
  too_late,
  collapsed,
  conflicts,
  set_aside
from counted
where received <> accepted + duplicate + quarantined
  or (
    source in ('events', 'file_events')
    and accepted <> staged + too_late + collapsed + conflicts + set_aside
  )
