/*
check: staging_unique
severity: error
meaning: An event_id stands once in staging: not twice in a table, not in time and too late at once.
inputs: stg_events, stg_late_events
restrict: stg_events on event_id of touched_event_ids; stg_late_events on event_id of touched_event_ids
*/
with staged as (
  select event_id
  from stg_events
  union all
  select event_id
  from stg_late_events
)

select
  event_id,
  count(*) as copies
from staged
group by event_id
having count(*) > 1
