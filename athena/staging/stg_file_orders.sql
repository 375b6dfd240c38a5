/*
model: stg_file_orders
meaning: Orders of a shop's export, each as the newest file that holds it tells; not part of fct_orders yet.
grain: one row per order_id
key: order_id
partition: order_date
inputs: raw_file_orders, ledger_objects
slice: all
columns:
  order_id varchar not_null | The order, as the shop numbers it.
  order_date date not_null | UTC date of ordered_at.
  ordered_at timestamp(6) not_null | When it was placed, UTC.
  shop_customer_id varchar not_null | Who placed it, as the shop numbers its customers.
  currency varchar not_null | ISO 4217, of all its money.
  discount decimal(18,4) | Discount on the whole order.
  shipping decimal(18,4) | Shipping charged.
  tax decimal(18,4) | Tax charged.
  channel varchar in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other) | Marketing channel.
  country varchar | ISO 3166-1 alpha-2.
  arrival_time timestamp(6) not_null | When the file was brought.
  ledger_id varchar not_null | The file.
  file_line_number bigint not_null | Line of the file on which it begins.
*/
with ranked as (
  select
    raw.order_id,
    try(
      cast(from_iso8601_timestamp_nanos(upper(raw.ordered_at)) at time zone 'UTC' as timestamp(6))
    ) as ordered_at,
    raw.customer_id as shop_customer_id,
    raw.currency,
    try_cast(raw.discount as decimal(18,4)) as discount,
    try_cast(raw.shipping as decimal(18,4)) as shipping,
    try_cast(raw.tax as decimal(18,4)) as tax,
    raw.channel,
    raw.country,
    objects.arrival_time,
    objects.ledger_id,
    try_cast(raw._sequence_number as bigint) as file_line_number,
    row_number() over (
      partition by raw.order_id
      order by
        objects.arrival_time desc,
        try_cast(raw._sequence_number as bigint) desc,
        objects.ledger_id desc
    ) as version_rank
  from raw_file_orders as raw
  join ledger_objects as objects on objects.location = raw."$path"
  where objects.source = 'file_orders' and objects.kind = 'raw' and raw.order_id is not null
)

select
  order_id,
  cast(ordered_at as date) as order_date,
  ordered_at,
  shop_customer_id,
  currency,
  discount,
  shipping,
  tax,
  channel,
  country,
  arrival_time,
  ledger_id,
  file_line_number
from ranked
where version_rank = 1
