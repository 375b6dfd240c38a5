/*
model: landed_events
meaning: Every accepted event that the ledger names, of the stream and of files, as text.
grain: one row per accepted event and ledger row
key: none
partition: none
inputs: raw_events, raw_file_events, ledger_objects, batches_to_stage
materialization: source
origin: select
columns:
  ledger_id varchar not_null | Batch or file that brought it.
  _arrival_time varchar | When the stream took it, ISO 8601 UTC; null for an event of a file.
  file_arrival_time timestamp(6) | When its file counts as having arrived; null for an event of the stream.
  _shard_id varchar | Shard of the stream; of a file file- and the beginning of its digest.
  _sequence_number varchar | Position in the shard; of a file the line.
  _record_index varchar | Place within an aggregated record; null for a record that holds one event.
  event_id varchar | Identity of the event, as sent.
  event_type varchar | What happened.
  event_time varchar | When it happened, RFC 3339 with any zone.
  sent_time varchar | When the producer sent it.
  anonymous_id varchar | The device.
  user_id varchar | The person, when signed in.
  session_id varchar | The visit.
  schema_version varchar | Version of the event's contract.
  device varchar | Kind of device.
  country varchar | ISO 3166-1 alpha-2.
  channel varchar | Marketing channel of the visit.
  campaign_id varchar | Campaign.
  page_path varchar | Page, beginning with a slash.
  engaged_time_ms varchar | Time in which the page had the focus.
  search_term varchar | What was searched for.
  product_id varchar | Product seen or put into the cart.
  quantity varchar | How many of it.
  unit_price varchar | Price of one, number or string.
  currency varchar | ISO 4217.
  order_id varchar | Order that was placed or refunded.
  items varchar | Lines of the order, a JSON array.
  discount varchar | Discount on the order.
  shipping varchar | Shipping charged.
  tax varchar | Tax charged.
  refund_id varchar | Identity of the refund.
  amount varchar | Amount refunded.
  impressions varchar | Impressions that an advertising platform reports.
  clicks varchar | Clicks that it reports.
  cost varchar | Cost that it reports.
  audience varchar | Audience of the advertisement.
  viewing_time_ms varchar | Time for which it was viewed.
*/
select
  objects.ledger_id,
  raw._arrival_time,
  cast(null as timestamp(6)) as file_arrival_time,
  raw._shard_id,
  raw._sequence_number,
  raw._record_index,
  raw.event_id,
  raw.event_type,
  raw.event_time,
  raw.sent_time,
  raw.anonymous_id,
  raw.user_id,
  raw.session_id,
  raw.schema_version,
  raw.device,
  raw.country,
  raw.channel,
  raw.campaign_id,
  raw.page_path,
  raw.engaged_time_ms,
  raw.search_term,
  raw.product_id,
  raw.quantity,
  raw.unit_price,
  raw.currency,
  raw.order_id,
  raw.items,
  raw.discount,
  raw.shipping,
  raw.tax,
  raw.refund_id,
  raw.amount,
  raw.impressions,
  raw.clicks,
  raw.cost,
  raw.audience,
  raw.viewing_time_ms
from raw_events as raw
join ledger_objects as objects
  on objects.location = raw."$path"
  and objects.ingest_date = raw.ingest_date
  and objects.ingest_hour = raw.ingest_hour
join batches_to_stage as batches on batches.ledger_id = objects.ledger_id
where objects.source = 'events' and objects.kind = 'raw'
union all
select
  objects.ledger_id,
  cast(null as varchar) as _arrival_time,
  objects.arrival_time as file_arrival_time,
  raw._shard_id,
  raw._sequence_number,
  cast(null as varchar) as _record_index,
  raw.event_id,
  raw.event_type,
  raw.event_time,
  raw.sent_time,
  raw.anonymous_id,
  raw.user_id,
  raw.session_id,
  raw.schema_version,
  raw.device,
  raw.country,
  raw.channel,
  raw.campaign_id,
  raw.page_path,
  raw.engaged_time_ms,
  raw.search_term,
  raw.product_id,
  raw.quantity,
  raw.unit_price,
  raw.currency,
  raw.order_id,
  raw.items,
  raw.discount,
  raw.shipping,
  raw.tax,
  raw.refund_id,
  raw.amount,
  raw.impressions,
  raw.clicks,
  raw.cost,
  raw.audience,
  raw.viewing_time_ms
from raw_file_events as raw
join ledger_objects as objects
  on objects.location = raw."$path" and objects.ingest_date = raw.ingest_date
join batches_to_stage as batches on batches.ledger_id = objects.ledger_id
where objects.source = 'file_events' and objects.kind = 'raw'
