/*
model: raw_file_quarantine
meaning: Rows of files that break the rules of their dataset, with the reason; the file they came in landed all the same.
grain: one row per refused row and object that holds it
key: none
partition: none
materialization: source
origin: objects
columns:
  _dataset varchar | What the file holds: events, orders, order_lines.
  _shard_id varchar | file- and the first 16 digits of the digest of the file's bytes.
  _sequence_number varchar | The line on which the row begins, from 1.
  reason varchar | Kind of breach: wrong_cells, invalid_field, not_utf8, ...
  detail varchar | What exactly was wrong.
  encoding varchar | How body is written: utf8 or base64.
  body varchar | The row; of CSV its cells, parted and quoted anew.
  ingest_date varchar | UTC date on which the file was brought, from the object's key.
  $path varchar | Object that holds the row.
*/
