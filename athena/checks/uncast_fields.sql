/*
check: uncast_fields
severity: error
meaning: Accepted records with a field that did not become what its column holds; the contract should have refused them.
inputs: event_copies, raw_order_items
*/
with purchases_with_items as (
  select distinct
    event_id,
    ledger_id,
    shard_id,
    sequence_number,
    record_index
  from raw_order_items
)

select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  event_id,
  uncast_fields
from event_copies
where uncast_fields is not null
union all
select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  event_id,
  'items' as uncast_fields
from raw_order_items
where product_id is null or quantity is null or unit_price is null
union all
select
  copies.ledger_id,
  copies.shard_id,
  copies.sequence_number,
  copies.record_index,
  copies.event_id,
  'items' as uncast_fields
from event_copies as copies
left join purchases_with_items as items
  on items.event_id = copies.event_id
  and items.ledger_id = copies.ledger_id
  and items.shard_id = copies.shard_id
  and items.sequence_number = copies.sequence_number
  and items.record_index = copies.record_index
where copies.event_type = 'purchase' and items.event_id is null
