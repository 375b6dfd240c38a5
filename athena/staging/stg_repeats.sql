/*
model: stg_repeats
meaning: Accepted copies of an event that do not count, since another copy of its event_id does; of equal content, or in conflict.
grain: one row per copy that does not count and batch that accepted it
key: event_id, ledger_id, shard_id, sequence_number, record_index
partition: month(arrival_date)
inputs: contested_copies, raw_order_items
slice: event_id of touched_event_ids
columns:
  event_id varchar not_null | Identity of the event, lower case.
  ledger_id varchar not_null | Batch of the copy.
  shard_id varchar not_null | Its shard.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
  arrival_date date not_null | UTC date of arrival_time.
  arrival_time timestamp(6) not_null | When the stream took it, or its file was brought.
  lateness_s double | Seconds from event_time to arrival_time; 0 of a file, whose events are always admitted.
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
  differing_fields varchar | Fields in which it differs from the copy that counts, comma between; null when it does not.
  is_redelivered boolean not_null | Whether it is the same record as the copy that counts, or as one in another batch.
  winner_ledger_id varchar not_null | Batch of the copy that counts.
  winner_shard_id varchar not_null | Shard of the copy that counts.
  winner_sequence_number varchar not_null | Its position in the shard, decimal text.
  winner_record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
*/
-- Content is what staging knows of it: the typed fields but sent_time, and the lines of items.
-- Ids with one copy meet none of these joins, so a lake without copies pays for none of them.
with losing_deliveries as (
  select
    contested_copies.*,
    row_number() over (
      partition by event_id, shard_id, sequence_number, record_index
      order by ledger_id
    ) as delivery_number
  from contested_copies
  where copy_rank > 1 and event_id is not null
),

-- The stream may give one record twice: equal coordinates are one copy, not two.
compared as (
  select
    loser.event_id,
    loser.shard_id,
    loser.sequence_number,
    loser.record_index,
    loser.ledger_id,
    loser.arrival_time,
    winner.ledger_id as winner_ledger_id,
    winner.shard_id as winner_shard_id,
    winner.sequence_number as winner_sequence_number,
    winner.record_index as winner_record_index,
    nullif(
      concat_ws(
        ',',
        case when loser.event_type is distinct from winner.event_type then 'event_type' end,
        case when loser.event_time is distinct from winner.event_time then 'event_time' end,
        case
          when loser.anonymous_id is distinct from winner.anonymous_id then 'anonymous_id'
        end,
        case when loser.user_id is distinct from winner.user_id then 'user_id' end,
        case when loser.session_id is distinct from winner.session_id then 'session_id' end,
        case
          when loser.schema_version is distinct from winner.schema_version then 'schema_version'
        end,
        case when loser.device is distinct from winner.device then 'device' end,
        case when loser.country is distinct from winner.country then 'country' end,
        case when loser.channel is distinct from winner.channel then 'channel' end,
        case when loser.campaign_id is distinct from winner.campaign_id then 'campaign_id' end,
        case when loser.page_path is distinct from winner.page_path then 'page_path' end,
        case
          when loser.engaged_time_ms is distinct from winner.engaged_time_ms then 'engaged_time_ms'
        end,
        case when loser.search_term is distinct from winner.search_term then 'search_term' end,
        case when loser.product_id is distinct from winner.product_id then 'product_id' end,
        case when loser.quantity is distinct from winner.quantity then 'quantity' end,
        case when loser.unit_price is distinct from winner.unit_price then 'unit_price' end,
        case when loser.currency is distinct from winner.currency then 'currency' end,
        case when loser.order_id is distinct from winner.order_id then 'order_id' end,
        case when loser.discount is distinct from winner.discount then 'discount' end,
        case when loser.shipping is distinct from winner.shipping then 'shipping' end,
        case when loser.tax is distinct from winner.tax then 'tax' end,
        case when loser.refund_id is distinct from winner.refund_id then 'refund_id' end,
        case when loser.amount is distinct from winner.amount then 'amount' end,
        case when loser.impressions is distinct from winner.impressions then 'impressions' end,
        case when loser.clicks is distinct from winner.clicks then 'clicks' end,
        case when loser.cost is distinct from winner.cost then 'cost' end,
        case when loser.audience is distinct from winner.audience then 'audience' end,
        case
          when loser.viewing_time_ms is distinct from winner.viewing_time_ms then 'viewing_time_ms'
        end
      ),
      ''
    ) as differing_fields
  from contested_copies as winner
  join losing_deliveries as loser on loser.event_id = winner.event_id
  where winner.copy_rank = 1
    and loser.delivery_number = 1
    and (
      loser.shard_id <> winner.shard_id
      or loser.sequence_number <> winner.sequence_number
      or loser.record_index <> winner.record_index
    )
),

contested as (
  select distinct event_id
  from compared
),

contested_lines as (
  select
    items.event_id,
    items.ledger_id,
    items.shard_id,
    items.sequence_number,
    items.record_index,
    items.line_number,
    items.product_id,
    items.quantity,
    items.unit_price
  from raw_order_items as items
  join contested on contested.event_id = items.event_id
),

losing_lines as (
  select
    compared.event_id,
    compared.shard_id,
    compared.sequence_number,
    compared.record_index,
    lines.line_number,
    lines.product_id,
    lines.quantity,
    lines.unit_price
  from compared
  join contested_lines as lines
    on lines.event_id = compared.event_id
    and lines.ledger_id = compared.ledger_id
    and lines.shard_id = compared.shard_id
    and lines.sequence_number = compared.sequence_number
    and lines.record_index = compared.record_index
),

winning_lines as (
  select
    compared.event_id,
    compared.shard_id,
    compared.sequence_number,
    compared.record_index,
    lines.line_number,
    lines.product_id,
    lines.quantity,
    lines.unit_price
  from compared
  join contested_lines as lines
    on lines.event_id = compared.event_id
    and lines.ledger_id = compared.winner_ledger_id
    and lines.shard_id = compared.winner_shard_id
    and lines.sequence_number = compared.winner_sequence_number
    and lines.record_index = compared.winner_record_index
),

copies_of_other_items as (
  select distinct
    coalesce(losing.event_id, winning.event_id) as event_id,
    coalesce(losing.shard_id, winning.shard_id) as shard_id,
    coalesce(losing.sequence_number, winning.sequence_number) as sequence_number,
    coalesce(losing.record_index, winning.record_index) as record_index
  from losing_lines as losing
  full outer join winning_lines as winning
    on winning.event_id = losing.event_id
    and winning.shard_id = losing.shard_id
    and winning.sequence_number = losing.sequence_number
    and winning.record_index = losing.record_index
    and winning.line_number = losing.line_number
  where losing.line_number is null
    or winning.line_number is null
    or losing.product_id is distinct from winning.product_id
    or losing.quantity is distinct from winning.quantity
    or losing.unit_price is distinct from winning.unit_price
)

select
  losing.event_id,
  losing.ledger_id,
  losing.shard_id,
  losing.sequence_number,
  losing.record_index,
  cast(losing.arrival_time as date) as arrival_date,
  losing.arrival_time,
  losing.lateness_s,
  losing.event_type,
  losing.event_time,
  losing.anonymous_id,
  losing.user_id,
  losing.session_id,
  losing.schema_version,
  losing.device,
  losing.country,
  losing.channel,
  losing.campaign_id,
  losing.page_path,
  losing.engaged_time_ms,
  losing.search_term,
  losing.product_id,
  losing.quantity,
  losing.unit_price,
  losing.currency,
  losing.order_id,
  losing.items,
  losing.discount,
  losing.shipping,
  losing.tax,
  losing.refund_id,
  losing.amount,
  losing.impressions,
  losing.clicks,
  losing.cost,
  losing.audience,
  losing.viewing_time_ms,
  nullif(
    concat_ws(
      ',',
      compared.differing_fields,
      case when items.event_id is not null then 'items' end
    ),
    ''
  ) as differing_fields,
  compared.event_id is null as is_redelivered,
  winner.ledger_id as winner_ledger_id,
  winner.shard_id as winner_shard_id,
  winner.sequence_number as winner_sequence_number,
  winner.record_index as winner_record_index
from losing_deliveries as losing
join contested_copies as winner on winner.event_id = losing.event_id and winner.copy_rank = 1
left join compared
  on compared.event_id = losing.event_id
  and compared.ledger_id = losing.ledger_id
  and compared.shard_id = losing.shard_id
  and compared.sequence_number = losing.sequence_number
  and compared.record_index = losing.record_index
left join copies_of_other_items as items
  on items.event_id = compared.event_id
  and items.shard_id = compared.shard_id
  and items.sequence_number = compared.sequence_number
  and items.record_index = compared.record_index
