/*
model: touched_order_dates
meaning: Dates with a purchase or refund that is new, gone or otherwise than before.
grain: one row per date
key: none
partition: none
inputs: stg_events
materialization: touched
columns:
  event_date date not_null | The UTC date.
*/
select distinct event_date
from stg_events_changes
where event_type in ('purchase', 'refund')
