/*
model: broken_records
meaning: Accepted records that this run reads with a field, or an item, that did not become what its column holds.
grain: one row per record and way in which it failed
key: none
partition: none
inputs: event_copies, raw_order_items
materialization: scratch
columns:
  ledger_id varchar not_null | Batch that accepted the record.
  shard_id varchar | Its shard.
  sequence_number varchar | Its position in the shard.
  record_index bigint | Its place within an aggregated record.
  event_id varchar | Identity of the event; null for a line that the engine could not read.
  uncast_fields varchar | Fields whose raw text did not cast, comma between; items.
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
