/*
model: raw_order_items
meaning: The items of purchases and refunds, each copy of an event with its own.
grain: one row per copy of a purchase or refund and item
key: none
partition: none
inputs: item_lists
materialization: source
origin: select
columns:
  event_id varchar not_null | The purchase or refund.
  ledger_id varchar not_null | Batch of the copy.
  shard_id varchar not_null | Shard of the copy.
  sequence_number varchar not_null | Position of the copy in its shard.
  record_index bigint not_null | Place of the copy within an aggregated record; 0 when it stood alone.
  line_number bigint not_null | Place of the item in its list, from 1.
  product_id varchar | What was bought or returned.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | Price of one, in the event's currency.
*/
-- dialect: duckdb
select
  copies.event_id,
  copies.ledger_id,
  copies.shard_id,
  copies.sequence_number,
  copies.record_index,
  cast(items.line_number as bigint) as line_number,
  json_extract_scalar(items.item, '$.product_id') as product_id,
  try_cast(try_cast(json_extract_scalar(items.item, '$.quantity') as double) as bigint) as quantity,
  coalesce(
    try_cast(json_extract_scalar(items.item, '$.unit_price') as decimal(18,4)),
    try_cast(try_cast(json_extract_scalar(items.item, '$.unit_price') as double) as decimal(18,4))
  ) as unit_price
from item_lists as copies
cross join unnest(try_cast(copies.items as json[])) with ordinality as items (item, line_number)

-- dialect: trino
select
  copies.event_id,
  copies.ledger_id,
  copies.shard_id,
  copies.sequence_number,
  copies.record_index,
  cast(items.line_number as bigint) as line_number,
  json_extract_scalar(items.item, '$.product_id') as product_id,
  try_cast(try_cast(json_extract_scalar(items.item, '$.quantity') as double) as bigint) as quantity,
  coalesce(
    try_cast(json_extract_scalar(items.item, '$.unit_price') as decimal(18,4)),
    try_cast(try_cast(json_extract_scalar(items.item, '$.unit_price') as double) as decimal(18,4))
  ) as unit_price
from item_lists as copies
cross join unnest(try(cast(json_parse(copies.items) as array(json))))
  with ordinality as items (item, line_number)
