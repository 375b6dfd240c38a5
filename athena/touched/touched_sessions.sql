/*
model: touched_sessions
meaning: Visits with an event that changed, and the dates over which their events can lie.
grain: one row per visit and range of dates
key: none
partition: none
inputs: stg_events
standing: session_summary
materialization: touched
columns:
  anonymous_id varchar not_null | The device.
  session_id varchar not_null | The visit.
  first_date date not_null | First date of a range.
  last_date date not_null | Last date of it.
*/
with changed as (
  select distinct
    anonymous_id,
    session_id,
    event_date
  from stg_events_changes
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend')
    and anonymous_id is not null
    and session_id is not null
)

select
  anonymous_id,
  session_id,
  event_date as first_date,
  event_date as last_date
from changed
union
select
  sessions.anonymous_id,
  sessions.session_id,
  cast(sessions.started_at as date) as first_date,
  cast(sessions.ended_at as date) as last_date
from session_summary as sessions
join (select distinct anonymous_id, session_id from changed) as keys
  on keys.anonymous_id = sessions.anonymous_id and keys.session_id = sessions.session_id
