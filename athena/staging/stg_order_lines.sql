/*
model: stg_order_lines
meaning: The lines of each web order, from the first purchase event of its order_id.
grain: one row per order and line
key: order_id, line_number
partition: event_date
inputs: order_purchases, raw_order_items
slice: order_id of touched_orders
columns:
  order_id varchar not_null | The order.
  line_number bigint not_null | Place of the item in the event, from 1.
  event_date date not_null | UTC date of the purchase event.
  event_id varchar not_null | The purchase event that is the order.
  event_time timestamp(6) not_null | When it happened.
  product_id varchar | What was bought.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | Price of one, in currency.
  currency varchar | ISO 4217, as sent.
*/
select
  purchases.order_id,
  items.line_number,
  purchases.event_date,
  purchases.event_id,
  purchases.event_time,
  items.product_id,
  items.quantity,
  items.unit_price,
  purchases.currency
from order_purchases as purchases
join raw_order_items as items
  on items.event_id = purchases.event_id
  and items.ledger_id = purchases.ledger_id
  and items.shard_id = purchases.shard_id
  and items.sequence_number = purchases.sequence_number
  and items.record_index = purchases.record_index
