/*
model: stg_late_events
meaning: Events that arrived later than the allowed lateness; kept until a backfill admits them.
grain: one row per event_id
key: event_id
partition: month(arrival_date)
inputs: contested_copies, lake_state, admissions
slice: event_id of touched_event_ids
columns:
  event_id varchar not_null | Identity of the event, lower case.
  arrival_date date not_null | UTC date of arrival_time.
  event_date date not_null | UTC date of event_time.
  event_type varchar not_null in(page_view, view_item, search, add_to_cart, remove_from_cart, begin_checkout, purchase, refund, sign_up, ad_impression, ad_click, ad_spend) | What happened.
  event_time timestamp(6) not_null | When it happened, UTC.
  arrival_time timestamp(6) not_null | When the stream took it; shown to others as ingestion time.
  lateness_s double not_null | Seconds from event_time to arrival_time, exact to the microsecond.
  session_id varchar | The visit; null for ad_spend.
  anonymous_id varchar | The device; null for ad_spend.
  user_id varchar | The person, when signed in.
  product_id varchar | Product seen or put into the cart.
  quantity bigint | How many of it.
  unit_price decimal(18,4) | Price of one, in currency.
  currency varchar | ISO 4217, as sent.
  order_id varchar | Order that was placed or refunded.
  items varchar | Lines of the purchase or refund, a JSON array as sent.
  refund_id varchar | Identity of the refund.
  amount decimal(18,4) | Amount refunded, in currency.
  discount decimal(18,4) | Discount on the order, in currency.
  shipping decimal(18,4) | Shipping charged, in currency.
  tax decimal(18,4) | Tax charged, in currency.
  channel varchar in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other) | Marketing channel of the visit.
  campaign_id varchar | Campaign.
  device varchar in(desktop, mobile, tablet, other) | Kind of device.
  country varchar | ISO 3166-1 alpha-2.
  page_path varchar | Page.
  search_term varchar | What was searched for.
  engaged_time_ms bigint | Milliseconds in which the page had the focus.
  impressions bigint | Impressions reported by an advertising platform.
  clicks bigint | Clicks reported.
  cost decimal(18,4) | Cost reported, in currency.
  audience varchar | Audience of the advertisement.
  viewing_time_ms bigint | Milliseconds for which it was viewed.
  schema_version bigint | Version of the event's contract.
  ledger_id varchar not_null | Batch of the copy that counts.
  shard_id varchar not_null | Shard of the copy that counts.
  sequence_number varchar not_null | Position of that copy in its shard, decimal text.
  record_index bigint not_null | Place of that copy within an aggregated record; 0 when it stood alone.
*/
-- A copy that came too late is always contested, so none of the others is read.
with admitted as (
  select distinct copies.event_id
  from contested_copies as copies
  join admissions
    on cast(copies.event_time as date) between admissions.from_date and admissions.to_date
    and copies.arrival_time <= admissions.arrived_until
  where copies.copy_rank = 1
)

select
  copies.event_id,
  cast(copies.arrival_time as date) as arrival_date,
  cast(copies.event_time as date) as event_date,
  copies.event_type,
  copies.event_time,
  copies.arrival_time,
  copies.lateness_s,
  copies.session_id,
  copies.anonymous_id,
  copies.user_id,
  copies.product_id,
  copies.quantity,
  copies.unit_price,
  copies.currency,
  copies.order_id,
  copies.items,
  copies.refund_id,
  copies.amount,
  copies.discount,
  copies.shipping,
  copies.tax,
  copies.channel,
  copies.campaign_id,
  copies.device,
  copies.country,
  copies.page_path,
  copies.search_term,
  copies.engaged_time_ms,
  copies.impressions,
  copies.clicks,
  copies.cost,
  copies.audience,
  copies.viewing_time_ms,
  copies.schema_version,
  copies.ledger_id,
  copies.shard_id,
  copies.sequence_number,
  copies.record_index
from contested_copies as copies
cross join lake_state
left join admitted on admitted.event_id = copies.event_id
where copies.copy_rank = 1
  and copies.event_id is not null
  and copies.lateness_s > lake_state.allowed_lateness_s
  and admitted.event_id is null
