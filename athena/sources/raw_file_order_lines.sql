/*
model: raw_file_order_lines
meaning: Order lines of a shop's export: the cells as the file has them.
grain: one row per accepted row of a file and object that holds it
key: none
partition: none
materialization: source
origin: objects
columns:
  _shard_id varchar | file- and the first 16 digits of the digest of the file's bytes.
  _sequence_number varchar | The line on which the row begins, from 1.
  order_id varchar | The order.
  line_number varchar | Place in the order, from 1.
  product_id varchar | What was bought.
  quantity varchar | How many of it.
  unit_price varchar | Price of one, in the order's currency.
  _extra varchar | Columns that no declaration knows, a JSON object.
  ingest_date varchar | UTC date on which the file was brought, from the object's key.
  $path varchar | Object that holds the row.
*/
