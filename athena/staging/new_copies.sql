/*
model: new_copies
meaning: Every accepted copy of an event in the batches that this run stages, typed.
grain: one row per accepted copy and ledger row
key: none
partition: none
inputs: landed_events
materialization: scratch
columns:
  ledger_id varchar not_null | Batch that accepted the copy.
  shard_id varchar | Shard of the stream; of a file file- and the beginning of its digest.
  sequence_number varchar | Position in the shard, decimal text; of a file the line.
  record_index bigint | Place within an aggregated record; 0 when it stood alone.
  arrival_time timestamp(6) | When the stream took it, or its file was brought.
  lateness_s double | Seconds from event_time to arrival_time; 0 of a file, whose events are always admitted.
  event_id varchar | Identity of the event, lower case; null for a line that the engine could not read.
  event_type varchar | What happened.
  event_time timestamp(6) | When it happened, UTC.
  anonymous_id varchar | The device.
  user_id varchar | The person, when signed in.
  session_id varchar | The visit.
  schema_version bigint | Version of the event's contract.
  device varchar | Kind of device.
  country varchar | ISO 3166-1 alpha-2.
  channel varchar | Marketing channel of the visit.
  campaign_id varchar | Campaign.
  page_path varchar | Page.
  engaged_time_ms bigint | Milliseconds in which the page had the focus.
  search_term varchar | What was searched for.
  product_id varchar | Product seen or put into the cart.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | Price of one, in currency.
  currency varchar | ISO 4217.
  order_id varchar | Order that was placed or refunded.
  items varchar | Lines of the order, a JSON array.
  discount decimal(18,4) | Discount on the order.
  shipping decimal(18,4) | Shipping charged.
  tax decimal(18,4) | Tax charged.
  refund_id varchar | Identity of the refund.
  amount decimal(18,4) | Amount refunded.
  impressions bigint | Impressions reported by an advertising platform.
  clicks bigint | Clicks reported.
  cost decimal(18,4) | Cost reported.
  audience varchar | Audience of the advertisement.
  viewing_time_ms bigint | Milliseconds for which it was viewed.
  uncast_fields varchar | Fields whose raw text did not cast, comma between; null when all did.
*/
-- A field that another type owns is an unknown field here: kept in raw, ignored from here on.
-- The contract has not looked at it, so whatever it holds must not reach a cast.
with own_fields as (
  select
    ledger_id,
    _arrival_time,
    file_arrival_time,
    _shard_id,
    _sequence_number,
    _record_index,
    event_id,
    event_type,
    event_time,
    anonymous_id,
    user_id,
    session_id,
    schema_version,
    device,
    country,
    channel,
    campaign_id,
    page_path,
    case when event_type = 'page_view' then engaged_time_ms end as engaged_time_ms,
    case when event_type = 'search' then search_term end as search_term,
    case
      when event_type in ('view_item', 'add_to_cart', 'remove_from_cart')
        then product_id
    end as product_id,
    case
      when event_type in ('view_item', 'add_to_cart', 'remove_from_cart')
        then quantity
    end as quantity,
    case
      when event_type in ('view_item', 'add_to_cart', 'remove_from_cart')
        then unit_price
    end as unit_price,
    case
      when event_type in (
        'view_item', 'add_to_cart', 'remove_from_cart', 'purchase', 'refund',
        'ad_impression', 'ad_click', 'ad_spend'
      )
        then currency
    end as currency,
    case when event_type in ('purchase', 'refund') then order_id end as order_id,
    case when event_type in ('purchase', 'refund') then items end as items,
    case when event_type = 'purchase' then discount end as discount,
    case when event_type = 'purchase' then shipping end as shipping,
    case when event_type = 'purchase' then tax end as tax,
    case when event_type = 'refund' then refund_id end as refund_id,
    case when event_type = 'refund' then amount end as amount,
    case
      when event_type in ('ad_impression', 'ad_click', 'ad_spend')
        then impressions
    end as impressions,
    case when event_type in ('ad_impression', 'ad_click', 'ad_spend') then clicks end as clicks,
    case when event_type in ('ad_impression', 'ad_click', 'ad_spend') then cost end as cost,
    case when event_type in ('ad_impression', 'ad_click', 'ad_spend') then audience end as audience,
    case
      when event_type in ('ad_impression', 'ad_click', 'ad_spend')
        then viewing_time_ms
    end as viewing_time_ms
  from landed_events
),

-- A number may be written as 5, 5.0, 5e0 or "5". The engines round fractions and read exponents
-- differently when they cast text to integers or decimals, so these go by way of a double,
-- exact for every value that the contract allows.
typed as (
  select
    ledger_id,
    _shard_id as shard_id,
    _sequence_number as sequence_number,
    coalesce(try_cast(_record_index as bigint), 0) as record_index,
    file_arrival_time is not null as is_of_file,
    coalesce(
      file_arrival_time,
      try(cast(from_iso8601_timestamp_nanos(_arrival_time) at time zone 'UTC' as timestamp(6)))
    ) as arrival_time,
    lower(event_id) as event_id,
    event_type,
    try(
      cast(from_iso8601_timestamp_nanos(upper(event_time)) at time zone 'UTC' as timestamp(6))
    ) as event_time,
    anonymous_id,
    user_id,
    session_id,
    try_cast(try_cast(schema_version as double) as bigint) as schema_version,
    device,
    country,
    channel,
    campaign_id,
    page_path,
    engaged_time_ms as engaged_time_ms_text,
    try_cast(try_cast(engaged_time_ms as double) as bigint) as engaged_time_ms,
    search_term,
    product_id,
    quantity as quantity_text,
    try_cast(try_cast(quantity as double) as bigint) as quantity,
    unit_price as unit_price_text,
    coalesce(
      try_cast(unit_price as decimal(18,4)),
      try_cast(try_cast(unit_price as double) as decimal(18,4))
    ) as unit_price,
    currency,
    order_id,
    items,
    discount as discount_text,
    coalesce(
      try_cast(discount as decimal(18,4)),
      try_cast(try_cast(discount as double) as decimal(18,4))
    ) as discount,
    shipping as shipping_text,
    coalesce(
      try_cast(shipping as decimal(18,4)),
      try_cast(try_cast(shipping as double) as decimal(18,4))
    ) as shipping,
    tax as tax_text,
    coalesce(
      try_cast(tax as decimal(18,4)),
      try_cast(try_cast(tax as double) as decimal(18,4))
    ) as tax,
    refund_id,
    amount as amount_text,
    coalesce(
      try_cast(amount as decimal(18,4)),
      try_cast(try_cast(amount as double) as decimal(18,4))
    ) as amount,
    impressions as impressions_text,
    try_cast(try_cast(impressions as double) as bigint) as impressions,
    clicks as clicks_text,
    try_cast(try_cast(clicks as double) as bigint) as clicks,
    cost as cost_text,
    coalesce(
      try_cast(cost as decimal(18,4)),
      try_cast(try_cast(cost as double) as decimal(18,4))
    ) as cost,
    audience,
    viewing_time_ms as viewing_time_ms_text,
    try_cast(try_cast(viewing_time_ms as double) as bigint) as viewing_time_ms
  from own_fields
)

select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  arrival_time,
  case
    when is_of_file then 0e0
    else (
      cast(round(to_unixtime(arrival_time) * 1e6) as bigint)
      - cast(round(to_unixtime(event_time) * 1e6) as bigint)
    ) / 1e6
  end as lateness_s,
  event_id,
  event_type,
  event_time,
  anonymous_id,
  user_id,
  session_id,
  schema_version,
  device,
  country,
  channel,
  campaign_id,
  page_path,
  engaged_time_ms,
  search_term,
  product_id,
  quantity,
  unit_price,
  currency,
  order_id,
  items,
  discount,
  shipping,
  tax,
  refund_id,
  amount,
  impressions,
  clicks,
  cost,
  audience,
  viewing_time_ms,
  nullif(
    concat_ws(
      ',',
      case when event_id is null then 'event_id' end,
      case when arrival_time is null then 'arrival_time' end,
      case when event_time is null then 'event_time' end,
      case when schema_version is null then 'schema_version' end,
      case
        when engaged_time_ms is null and engaged_time_ms_text is not null then 'engaged_time_ms'
      end,
      case when quantity is null and quantity_text is not null then 'quantity' end,
      case when unit_price is null and unit_price_text is not null then 'unit_price' end,
      case when discount is null and discount_text is not null then 'discount' end,
      case when shipping is null and shipping_text is not null then 'shipping' end,
      case when tax is null and tax_text is not null then 'tax' end,
      case when amount is null and amount_text is not null then 'amount' end,
      case when impressions is null and impressions_text is not null then 'impressions' end,
      case when clicks is null and clicks_text is not null then 'clicks' end,
      case when cost is null and cost_text is not null then 'cost' end,
      case
        when viewing_time_ms is null and viewing_time_ms_text is not null then 'viewing_time_ms'
      end
    ),
    ''
  ) as uncast_fields
from typed
