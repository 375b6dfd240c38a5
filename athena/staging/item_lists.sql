/*
model: item_lists
meaning: The lists of items that a run takes apart: of each copy of a purchase or refund that it reads, and of each order.
grain: one row per copy
key: none
partition: none
inputs: event_copies, order_purchases
materialization: scratch
columns:
  event_id varchar not_null | The purchase or refund.
  ledger_id varchar not_null | Batch of the copy.
  shard_id varchar not_null | Shard of the copy.
  sequence_number varchar not_null | Position of the copy in its shard.
  record_index bigint not_null | Place of the copy within an aggregated record; 0 when it stood alone.
  items varchar | The list, a JSON array.
*/
with copies as (
  select
    event_id,
    ledger_id,
    shard_id,
    sequence_number,
    record_index,
    items
  from event_copies
  where event_type in ('purchase', 'refund') and event_id is not null
),

read_ids as (
  select distinct event_id
  from copies
)

select
  event_id,
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  items
from copies
union all
select
  purchases.event_id,
  purchases.ledger_id,
  purchases.shard_id,
  purchases.sequence_number,
  purchases.record_index,
  purchases.items
from order_purchases as purchases
left join read_ids on read_ids.event_id = purchases.event_id
where read_ids.event_id is null
