/*
check: events_close
severity: error
meaning: Events other than ad_* are as many in staging as by customer days and by sessions.
inputs: stg_events, customer_days, fct_sessions
*/
with staged as (
  select
    count(*) as events,
    count(session_id) as session_events
  from stg_events
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend')
),

by_day as (
  select coalesce(cast(sum(events) as bigint), 0) as events
  from customer_days
),

by_session as (
  select coalesce(cast(sum(events) as bigint), 0) as events
  from fct_sessions
)

select
  'customer_days' as counted_in,
  by_day.events,
  staged.events as staged_events
from by_day
cross join staged
where by_day.events <> staged.events
union all
select
  'fct_sessions' as counted_in,
  by_session.events,
  staged.session_events as staged_events
from by_session
cross join staged
where by_session.events <> staged.session_events
