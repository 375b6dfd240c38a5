/*
model: stg_id_conflicts
meaning: Accepted copies of an event_id whose content is not that of the copy that counts; they stay in raw and count nowhere.
grain: one row per event_id and losing place in the stream
key: event_id, shard_id, sequence_number, record_index
partition: none
inputs: event_copies, raw_order_items
slice: all
columns:
  event_id varchar not_null | Identity that two contents claim, lower case.
  shard_id varchar not_null | Shard of the losing copy.
  sequence_number varchar not_null | Its position in the shard, decimal text.
  record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
  ledger_id varchar not_null | Batch of the losing copy; of several deliveries the first by id.
  arrival_time timestamp(6) not_null | When the stream took the losing copy.
  differing_fields varchar not_null | Fields in which it differs from the copy that counts, comma between.
  winner_ledger_id varchar not_null | Batch of the copy that counts.
  winner_shard_id varchar not_null | Shard of the copy that counts.
  winner_sequence_number varchar not_null | Its position in the shard, decimal text.
  winner_record_index bigint not_null | Its place within an aggregated record; 0 when it stood alone.
*/
-- Content is what staging knows of it: the typed fields but sent_time, and the lines of items.
-- Ids with one copy meet none of these joins, so a lake without copies pays for none of them.
with losing_deliveries as (
  select
    event_id,
    shard_id,
    sequence_number,
    record_index,
    ledger_id,
    arrival_time,
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
    row_number() over (
      partition by event_id, shard_id, sequence_number, record_index
      order by ledger_id
    ) as delivery_number
  from event_copies
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
  from event_copies as winner
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
  compared.event_id,
  compared.shard_id,
  compared.sequence_number,
  compared.record_index,
  compared.ledger_id,
  compared.arrival_time,
  concat_ws(
    ',',
    compared.differing_fields,
    case when items.event_id is not null then 'items' end
  ) as differing_fields,
  compared.winner_ledger_id,
  compared.winner_shard_id,
  compared.winner_sequence_number,
  compared.winner_record_index
from compared
left join copies_of_other_items as items
  on items.event_id = compared.event_id
  and items.shard_id = compared.shard_id
  and items.sequence_number = compared.sequence_number
  and items.record_index = compared.record_index
where compared.differing_fields is not null or items.event_id is not null
