/*
model: contested_copies
meaning: The copies of events of which there are several, one came too late, or one stood before this run, ranked.
grain: one row per accepted copy and ledger row
key: none
partition: none
inputs: new_copies, batches_to_stage, lake_state
standing: stg_events, stg_late_events, stg_repeats
restrict: stg_events on event_id of touched_event_ids; stg_late_events on event_id of touched_event_ids; stg_repeats on event_id of touched_event_ids
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
  copy_rank bigint not_null | 1 for the copy that counts: smallest by arrival, shard, sequence, index, ledger row.
*/
-- A batch that a run staged but never marked, since it died in between, is read again: what
-- stands of it is no other copy.
with standing as (
  select
    ledger_id,
    shard_id,
    sequence_number,
    record_index,
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
    viewing_time_ms
  from stg_events
  union all
  select
    ledger_id,
    shard_id,
    sequence_number,
    record_index,
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
    viewing_time_ms
  from stg_late_events
  union all
  select
    ledger_id,
    shard_id,
    sequence_number,
    record_index,
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
    viewing_time_ms
  from stg_repeats
),

-- Few ids have several copies or a late one: no other row needs to be looked at twice.
contested_ids as (
  select copies.event_id
  from new_copies as copies
  cross join lake_state
  where copies.event_id is not null
  group by copies.event_id
  having count(*) > 1
    or count(case when copies.lateness_s > lake_state.allowed_lateness_s then 1 end) > 0
  union
  select event_id
  from standing
),

copies as (
  select new_copies.*
  from new_copies
  where event_id in (select event_id from contested_ids)
  union all
  select
    standing.*,
    cast(null as varchar) as uncast_fields
  from standing
  left join batches_to_stage as batches on batches.ledger_id = standing.ledger_id
  where batches.ledger_id is null
)

select
  copies.*,
  row_number() over (
    partition by event_id
    order by
      arrival_time,
      shard_id,
      length(sequence_number),
      sequence_number,
      record_index,
      ledger_id
  ) as copy_rank
from copies
