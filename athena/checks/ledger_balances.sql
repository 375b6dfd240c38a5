/*
check: ledger_balances
severity: error
meaning: Each batch or file balances: received = accepted + duplicate + quarantined; accepted = staged + too late + collapsed + conflicts + set aside.
inputs: ledger, event_copies, stg_events, stg_late_events, stg_id_conflicts, set_aside_objects
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

conflicts as (
  select
    ledger_id,
    count(*) as records
  from stg_id_conflicts
  group by ledger_id
),

collapsed as (
  select
    copies.ledger_id,
    count(*) as records
  from event_copies as copies
  left join stg_id_conflicts as conflicts
    on conflicts.event_id = copies.event_id
    and conflicts.ledger_id = copies.ledger_id
    and conflicts.shard_id = copies.shard_id
    and conflicts.sequence_number = copies.sequence_number
    and conflicts.record_index = copies.record_index
  where copies.copy_rank > 1 and copies.event_id is not null and conflicts.event_id is null
  group by copies.ledger_id
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
    coalesce(collapsed.records, 0) as collapsed,
    coalesce(conflicts.records, 0) as conflicts,
    coalesce(set_aside.records, 0) as set_aside
  from ledger
  left join staged on staged.ledger_id = ledger.ledger_id
  left join too_late on too_late.ledger_id = ledger.ledger_id
  left join collapsed on collapsed.ledger_id = ledger.ledger_id
  left join conflicts on conflicts.ledger_id = ledger.ledger_id
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
