/*
model: funnel_unit_events
meaning: The same events in numbers alone, which walks sort and join.
grain: one row per event
key: none
partition: none
inputs: funnel_step_events, session_summary, dim_customer
restrict: session_summary on anonymous_id, session_id of touched_funnel_units; dim_customer on customer_id of touched_funnel_units
materialization: scratch
columns:
  event_type varchar not_null | What happened.
  event_time timestamp(6) not_null | When it happened.
  tie_number bigint not_null | Which of the events of its time it is.
  arrival_time timestamp(6) not_null | When it arrived.
  visit_number bigint | Stands for its visit while walks are computed; null when the run has no need of its walk.
  customer_number bigint | Stands for its customer; null when the run has no need of its walk.
*/
with visits as (
  select
    anonymous_id,
    session_id,
    row_number() over (order by anonymous_id, session_id) as visit_number
  from session_summary
),

customers as (
  select
    customer_id,
    row_number() over (order by customer_id) as customer_number
  from dim_customer
)

-- A full run finds all. An engine that knows no sizes yet keeps to the order of left joins: events
-- pass by.
select
  events.event_type,
  events.event_time,
  events.tie_number,
  events.arrival_time,
  visits.visit_number,
  customers.customer_number
from funnel_step_events as events
left join visits
  on visits.anonymous_id = events.anonymous_id and visits.session_id = events.session_id
left join customers on customers.customer_id = events.customer_id
where visits.visit_number is not null or customers.customer_number is not null
