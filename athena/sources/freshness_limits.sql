/*
model: freshness_limits
meaning: How old the newest arrival of a source may be; a source without a row may be of any age.
grain: one row per source
key: none
partition: none
materialization: source
origin: rows
columns:
  source varchar not_null | As in the ledger.
  warn_after_s bigint | Seconds after which its age is told; null: never.
  error_after_s bigint | Seconds after which it stops the publication; null: never.
  as_of timestamp(6) | Until when its age counts; null: until the newest arrival of any source.
*/
