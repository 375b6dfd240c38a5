/*
model: touched_event_ids
meaning: Events of which this run reads a copy, accepted or refused, or that a backfill lets in.
grain: one row per event_id
key: none
partition: none
inputs: new_copies, stg_duplicates, stg_refused, admissions
standing: stg_late_events
materialization: touched
columns:
  event_id varchar not_null | Identity of the event, lower case.
*/
select event_id
from new_copies
where event_id is not null
union
select event_id
from stg_duplicates_changes
where event_id is not null
union
select event_id
from stg_refused_changes
where event_id is not null
union
select late.event_id
from stg_late_events as late
join admissions
  on late.event_date between admissions.from_date and admissions.to_date
  and late.arrival_time <= admissions.arrived_until
