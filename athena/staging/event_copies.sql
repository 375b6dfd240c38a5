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
  copy_rank bigint not_null | 1 for the copy that counts: smallest by arrival, shard, sequence, index, ledger row.
*/
with contested_ids as (
  select distinct event_id
  from contested_copies
)

select
  copies.*,
  cast(1 as bigint) as copy_rank
from new_copies as copies
left join contested_ids on contested_ids.event_id = copies.event_id
where contested_ids.event_id is null
union all
select contested_copies.*
from contested_copies
