/*
check: ledger_balances
severity: error
meaning: Each batch balances: received = accepted + duplicate + quarantined, and accepted = staged + too late + collapsed.
inputs: ledger, event_copies, stg_events, stg_late_events
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

collapsed as (
  select
    ledger_id,
    count(*) as records
  from event_copies
  where copy_rank > 1 and event_id is not null
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
    coalesce(collapsed.records, 0) as collapsed
  from ledger
  left join staged on staged.ledger_id = ledger.ledger_id
  left join too_late on too_late.ledger_id = ledger.ledger_id
  left join collapsed on collapsed.ledger_id = ledger.ledger_id
)

select
  ledger_id,
  received,
  accepted,
  duplicate,
  quarantined,
  staged,
  too_late,
  collapsed
from counted
where received <> accepted + duplicate + quarantined
  or (source = 'events' and accepted <> staged + too_late + collapsed)
