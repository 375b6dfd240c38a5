/*
model: stg_file_order_lines
meaning: Lines of a shop's orders, as the newest files that hold the order tell; not part of fct_order_lines yet.
grain: one row per order_id and line
key: order_id, line_number
partition: none
inputs: raw_file_order_lines, ledger_objects
slice: all
columns:
  order_id varchar not_null | The order, as the shop numbers it.
  line_number bigint not_null | Place in the order, from 1.
  product_id varchar not_null | What was bought.
  quantity bigint not_null | How many of it.
  unit_price decimal(18,4) not_null | Price of one, in the order's currency.
  arrival_time timestamp(6) not_null | When the file was brought.
  ledger_id varchar not_null | The file.
  file_line_number bigint not_null | Line of the file on which it begins.
*/
with typed as (
  select
    raw.order_id,
    try_cast(raw.line_number as bigint) as line_number,
    raw.product_id,
    try_cast(raw.quantity as bigint) as quantity,
    try_cast(raw.unit_price as decimal(18,4)) as unit_price,
    objects.arrival_time,
    objects.ledger_id,
    try_cast(raw._sequence_number as bigint) as file_line_number
  from raw_file_order_lines as raw
  join ledger_objects as objects on objects.location = raw."$path"
  where objects.source = 'file_order_lines' and objects.kind = 'raw' and raw.order_id is not null
),

-- An order's lines are one whole: a line that the newest files no longer have is gone.
newest as (
  select
    order_id,
    max(arrival_time) as arrival_time
  from typed
  group by order_id
),

ranked as (
  select
    typed.order_id,
    typed.line_number,
    typed.product_id,
    typed.quantity,
    typed.unit_price,
    typed.arrival_time,
    typed.ledger_id,
    typed.file_line_number,
    row_number() over (
      partition by typed.order_id, typed.line_number
      order by
        typed.file_line_number desc,
        typed.ledger_id desc
    ) as version_rank
  from typed
  join newest
    on newest.order_id = typed.order_id
    and newest.arrival_time = typed.arrival_time
)

select
  order_id,
  line_number,
  product_id,
  quantity,
  unit_price,
  arrival_time,
  ledger_id,
  file_line_number
from ranked
where version_rank = 1
