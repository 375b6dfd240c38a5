/*
model: raw_events
meaning: Accepted records as they arrived: the producer's fields untouched, with the stream's coordinates in front.
grain: one row per accepted record and object that holds it
key: none
partition: none
materialization: source
origin: objects
read: new
columns:
  _arrival_time varchar | When the stream took the record, ISO 8601 UTC, milliseconds.
  _shard_id varchar | Shard of the stream.
  _sequence_number varchar | Its position in the shard, a decimal integer of any length.
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
  ingest_date varchar | UTC date of arrival, from the object's key.
  ingest_hour varchar | UTC hour of arrival, from the object's key.
  $path varchar | Object that holds the record.
*/
