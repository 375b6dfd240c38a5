/*
check: events_close
severity: error
meaning: Staging has as many events other than ad_* as customer days and sessions, and as many purchases and refunds as stg_order_events.
inputs: stg_events, stg_order_events, customer_days, fct_sessions
*/
-- By type first: comparing a dozen types is cheaper than those of all events.
with types as (
  select
    event_type,
    count(*) as events,
    count(session_id) as session_events
  from stg_events
  group by event_type
),

staged as (
  select
    coalesce(cast(sum(events) as bigint), 0) as events,
    coalesce(cast(sum(session_events) as bigint), 0) as session_events,
    coalesce(
      cast(sum(case when event_type in ('purchase', 'refund') then events end) as bigint), 0
    ) as order_events
  from types
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend')
),

by_day as (
  select coalesce(cast(sum(events) as bigint), 0) as events
  from customer_days
),

by_session as (
  select coalesce(cast(sum(events) as bigint), 0) as events
  from fct_sessions
),

of_orders as (
  select count(*) as events
  from stg_order_events
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
union all
select
  'stg_order_events' as counted_in,
  of_orders.events,
  staged.order_events as staged_events
from of_orders
cross join staged
where of_orders.events <> staged.order_events
