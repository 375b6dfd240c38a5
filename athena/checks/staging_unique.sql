/*
check: staging_unique
severity: error
meaning: An event_id stands once in staging: not twice in a table, not in time and too late at once.
inputs: stg_events, stg_late_events
restrict: stg_events on event_id of touched_event_ids; stg_late_events on event_id of touched_event_ids
*/
-- Table by table: one count over both would not spill.
with repeated as (
  select
    event_id,
    count(*) as copies
  from stg_events
  group by event_id
  having count(*) > 1
  union all
  select
    event_id,
    count(*) as copies
  from stg_late_events
  group by event_id
  having count(*) > 1
  union all
  select
    stg_events.event_id,
    cast(2 as bigint) as copies
  from stg_events
  join stg_late_events on stg_late_events.event_id = stg_events.event_id
)

select
  event_id,
  max(copies) as copies
from repeated
group by event_id
