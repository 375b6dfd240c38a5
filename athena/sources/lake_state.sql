/*
model: lake_state
meaning: What the lake remembers between runs.
grain: exactly one row
key: none
partition: none
materialization: source
origin: rows
columns:
  watermark timestamp(6) | Until when no event in time can still arrive; null before the first run.
  allowed_lateness_s bigint not_null | How many seconds after its event_time an event may arrive.
  reporting_currency varchar | Currency of all sums; null until a purchase or a setting fixes it.
*/
