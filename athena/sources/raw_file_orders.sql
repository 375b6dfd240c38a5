/*
model: raw_file_orders
meaning: Orders of a shop's export: the cells as the file has them.
grain: one row per accepted row of a file and object that holds it
key: none
partition: none
materialization: source
origin: objects
columns:
  _shard_id varchar | file- and the first 16 digits of the digest of the file's bytes.
  _sequence_number varchar | The line on which the row begins, from 1.
  order_id varchar | The order.
  ordered_at varchar | When it was placed, RFC 3339 with any zone.
  customer_id varchar | Who placed it.
  currency varchar | ISO 4217.
  discount varchar | Discount on the whole order.
  shipping varchar | Shipping charged.
  tax varchar | Tax charged.
  channel varchar | Marketing channel.
  country varchar | ISO 3166-1 alpha-2.
  _extra varchar | Columns that no declaration knows, a JSON object.
  ingest_date varchar | UTC date on which the file was brought, from the object's key.
  $path varchar | Object that holds the row.
*/
