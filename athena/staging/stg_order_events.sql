/*
model: stg_order_events
meaning: Purchases and refunds of stg_events, a hundredth of it: orders are sought by names that may stand on any date.
grain: one row per event_id of a purchase or refund
key: event_id, event_date
partition: month(event_date)
inputs: stg_events
restrict: stg_events on event_date of touched_order_dates
slice: event_date of touched_order_dates
materialization: state
columns:
  event_id varchar not_null unique | Identity of the event, lower case.
  event_date date not_null | UTC date of event_time.
  event_type varchar not_null | purchase or refund.
  event_time timestamp(6) not_null | When it happened, UTC.
  arrival_time timestamp(6) not_null | When the stream took it or its file was brought.
  session_id varchar | The visit.
  anonymous_id varchar | The device.
  user_id varchar | The person, when signed in.
  order_id varchar | Order that was placed or refunded.
  refund_id varchar | Identity of the refund.
  currency varchar | ISO 4217, as sent.
  discount decimal(18,4) | Discount on the order, in currency.
  items varchar | Lines of the purchase or refund, a JSON array as sent.
  amount decimal(18,4) | Amount refunded, in currency.
  ledger_id varchar not_null | Batch of the copy that counts.
  shard_id varchar not_null | Shard of the copy that counts.
  sequence_number varchar not_null | Position of that copy in its shard, decimal text.
  record_index bigint not_null | Place of that copy within an aggregated record; 0 when it stood alone.
*/
select
  event_id,
  event_date,
  event_type,
  event_time,
  arrival_time,
  session_id,
  anonymous_id,
  user_id,
  order_id,
  refund_id,
  currency,
  discount,
  items,
  amount,
  ledger_id,
  shard_id,
  sequence_number,
  record_index
from stg_events
where event_type in ('purchase', 'refund')
