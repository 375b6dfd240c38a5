/*
model: event_copies
meaning: Every accepted copy of each event of which this run reads a copy, typed, with its rank among the copies of its event_id.
grain: one row per accepted copy and ledger row
key: none
partition: none
inputs: new_copies, contested_copies
materialization: view
columns:
  ledger_id varchar not_null | Batch that accepted the copy.
  shard_id varchar | Shard of the stream; of a file file- and the beginning of its digest.
  sequence_number varchar | Position in the shard, decimal text; of a file the line.
  record_index bigint | Place within an aggregated record; 0 when it stood alone.
  copy_rank bigint not_null | 1 for the copy that counts: smallest by arrival, shard, sequence, index, ledger row.
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
with contested_ids as (
  select distinct event_id
  from contested_copies
)

select
  copies.ledger_id,
  copies.shard_id,
  copies.sequence_number,
  copies.record_index,
  cast(1 as bigint) as copy_rank,
  copies.arrival_time,
  copies.lateness_s,
  copies.event_id,
  copies.event_type,
  copies.event_time,
  copies.anonymous_id,
  copies.user_id,
  copies.session_id,
  copies.schema_version,
  copies.device,
  copies.country,
  copies.channel,
  copies.campaign_id,
  copies.page_path,
  copies.engaged_time_ms,
  copies.search_term,
  copies.product_id,
  copies.quantity,
  copies.unit_price,
  copies.currency,
  copies.order_id,
  copies.items,
  copies.discount,
  copies.shipping,
  copies.tax,
  copies.refund_id,
  copies.amount,
  copies.impressions,
  copies.clicks,
  copies.cost,
  copies.audience,
  copies.viewing_time_ms,
  copies.uncast_fields
from new_copies as copies
left join contested_ids on contested_ids.event_id = copies.event_id
where contested_ids.event_id is null
union all
select
  ledger_id,
  shard_id,
  sequence_number,
  record_index,
  copy_rank,
  arrival_time,
  lateness_s,
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
  uncast_fields
from contested_copies
