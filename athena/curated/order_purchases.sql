/*
model: order_purchases
meaning: The purchase event that is the order: the first of its order_id.
grain: one row per order
key: none
partition: none
inputs: stg_order_events
restrict: stg_order_events on order_id of touched_orders
materialization: scratch
columns:
  order_id varchar not_null | The order.
  event_id varchar not_null | The event.
  event_time timestamp(6) not_null | When it happened.
  event_date date not_null | UTC date of it.
  user_id varchar | The person, when signed in.
  anonymous_id varchar | The device.
  session_id varchar | The visit.
  currency varchar | ISO 4217, as sent.
  discount decimal(18,4) | Discount, in currency.
  items varchar | Its lines, a JSON array.
  arrival_time timestamp(6) not_null | When it arrived.
  ledger_id varchar not_null | Batch of the copy that counts.
  shard_id varchar not_null | Shard of that copy.
  sequence_number varchar not_null | Position of that copy in its shard.
  record_index bigint not_null | Place of that copy within an aggregated record.
*/
with purchases as (
  select
    order_id,
    event_id,
    event_time,
    event_date,
    user_id,
    anonymous_id,
    session_id,
    currency,
    discount,
    items,
    arrival_time,
    ledger_id,
    shard_id,
    sequence_number,
    record_index,
    row_number() over (partition by order_id order by event_time, event_id) as purchase_rank
  from stg_order_events
  where event_type = 'purchase' and order_id is not null
)

select
  order_id,
  event_id,
  event_time,
  event_date,
  user_id,
  anonymous_id,
  session_id,
  currency,
  discount,
  items,
  arrival_time,
  ledger_id,
  shard_id,
  sequence_number,
  record_index
from purchases
where purchase_rank = 1
