/*
model: touched_funnel_units
meaning: Visitors and dates of entry whose walk through a funnel can have changed, with the dates of the events that such a walk can take; and those that are final now.
grain: one row per funnel, unit and date of entry
key: none
partition: none
inputs: stg_events, device_days, device_owners, dim_customer, dim_date, remapped_devices, session_summary, funnel_steps, lake_state
standing: funnel_entries
materialization: touched
columns:
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  unit_id varchar not_null | The customer; for a session the device, a slash and the session.
  entry_date date not_null | Date of entry.
  customer_id varchar | Of a customer who has to be walked again: unit_id.
  anonymous_id varchar | Of a session that has to be walked again: its device.
  session_id varchar | Of such a session: its visit.
  settled_unit_id varchar | Of an entry that stays as it stands, but is final now: unit_id.
  first_date date not_null | The date of entry.
  last_date date not_null | Last date of an event that a walk from there can take.
*/
with funnels as (
  select
    funnel,
    unit_kind,
    max(case when mode = 'strict' then 1 else 0 end) as is_strict,
    coalesce(max(window_s), 86400) as window_s,
    coalesce((max(window_s) + 86399) / 86400, 1) as window_days
  from funnel_steps
  group by funnel, unit_kind
),

-- Events of customers that changed, and those that changed customers.
customer_events as (
  select distinct
    coalesce('u:' || events.user_id, owners.customer_id) as customer_id,
    events.event_date
  from stg_events_changes as events
  join device_owners as owners on owners.anonymous_id = events.anonymous_id
  where events.event_type not in ('ad_impression', 'ad_click', 'ad_spend')
    and events.session_id is not null
    and (
      events.event_type in (select event_type from funnel_steps)
      or exists (select 1 from funnels where is_strict = 1)
    )
  union
  select
    devices.old_customer_id as customer_id,
    days.event_date
  from device_days as days
  join remapped_devices as devices on devices.anonymous_id = days.anonymous_id
  where days.user_key = ''
  union
  select
    devices.new_customer_id as customer_id,
    days.event_date
  from device_days as days
  join remapped_devices as devices on devices.anonymous_id = days.anonymous_id
  where days.user_key = ''
),

-- Customers who are new on another date than before.
new_dates as (
  select
    customer_id,
    cast(first_seen_at as date) as event_date
  from dim_customer_changes
  where first_seen_at is not null
  group by customer_id, cast(first_seen_at as date)
  having count(*) = 1
),

-- Visits to look at again: one of a device, those of a date, or all of it.
visit_reasons as (
  -- An earlier copy of an event may leave its visit as it was, and not the entry in it.
  select
    anonymous_id,
    session_id,
    cast(null as date) as event_date
  from stg_events_changes
  union
  select
    anonymous_id,
    cast(null as varchar) as session_id,
    cast(null as date) as event_date
  from remapped_devices
  union
  select
    owners.anonymous_id,
    cast(null as varchar) as session_id,
    new_dates.event_date
  from new_dates
  join device_owners as owners on owners.customer_id = new_dates.customer_id
  union
  select
    days.anonymous_id,
    cast(null as varchar) as session_id,
    new_dates.event_date
  from new_dates
  join device_days as days
    on 'u:' || days.user_key = new_dates.customer_id
    and days.event_date = new_dates.event_date
),

-- Customers of changed visits, with the dates of what they did in them.
visitors as (
  select distinct
    coalesce('u:' || nullif(days.user_key, ''), owners.customer_id) as customer_id,
    days.event_date
  from session_summary_changes as sessions
  join device_days as days
    on days.anonymous_id = sessions.anonymous_id
    and days.event_date
      between cast(sessions.started_at as date) and cast(sessions.ended_at as date)
  join device_owners as owners on owners.anonymous_id = days.anonymous_id
),

changed_sessions as (
  select
    anonymous_id,
    session_id,
    started_at,
    ended_at
  from session_summary_changes
  union
  select
    sessions.anonymous_id,
    sessions.session_id,
    sessions.started_at,
    sessions.ended_at
  from session_summary as sessions
  join visit_reasons as reasons
    on reasons.anonymous_id = sessions.anonymous_id
    and (reasons.session_id is null or reasons.session_id = sessions.session_id)
    and (
      reasons.event_date is null
      or reasons.event_date
        between cast(sessions.started_at as date) and cast(sessions.ended_at as date)
    )
),

-- Counted by the calendar's rows, which are as many as the oldest entry can be days away: a join on a
-- range of dates would look at all of them for each event.
places as (
  select row_number() over (order by date) - 1 as days_before
  from dim_date
),

windows as (
  select
    funnels.funnel,
    funnels.unit_kind,
    places.days_before
  from funnels
  join places on places.days_before <= funnels.window_days
  where funnels.unit_kind = 'customer'
),

entries as (
  select
    windows.funnel,
    windows.unit_kind,
    events.customer_id as unit_id,
    cast(events.event_date - windows.days_before * interval '1' day as date) as entry_date,
    cast(null as varchar) as anonymous_id,
    cast(null as varchar) as session_id,
    cast(null as date) as ended_date
  from customer_events as events
  cross join windows
  union
  select
    funnels.funnel,
    funnels.unit_kind,
    new_dates.customer_id as unit_id,
    new_dates.event_date as entry_date,
    cast(null as varchar) as anonymous_id,
    cast(null as varchar) as session_id,
    cast(null as date) as ended_date
  from new_dates
  join funnels on funnels.unit_kind = 'customer'
  union
  select
    funnels.funnel,
    funnels.unit_kind,
    sessions.anonymous_id || '/' || sessions.session_id as unit_id,
    dim_date.date as entry_date,
    sessions.anonymous_id,
    sessions.session_id,
    cast(sessions.ended_at as date) as ended_date
  from changed_sessions as sessions
  join funnels on funnels.unit_kind = 'session'
  join dim_date
    on dim_date.date between cast(sessions.started_at as date) and cast(sessions.ended_at as date)
  union
  -- The first channel, device and country of a visit hold for the customer's entry in it, too.
  select
    entries.funnel,
    entries.unit_kind,
    entries.unit_id,
    entries.entry_date,
    cast(null as varchar) as anonymous_id,
    cast(null as varchar) as session_id,
    cast(null as date) as ended_date
  from funnel_entries as entries
  join visitors
    on visitors.customer_id = entries.unit_id and visitors.event_date = entries.entry_date
  where entries.unit_kind = 'customer'
),

-- The watermark has passed: such an entry has no need of a walk, unless there is another reason for one.
settled_entries as (
  select
    entries.funnel,
    entries.unit_kind,
    entries.unit_id,
    entries.entry_date,
    cast(null as varchar) as anonymous_id,
    cast(null as varchar) as session_id
  from funnel_entries as entries
  join funnels on funnels.funnel = entries.funnel and funnels.unit_kind = entries.unit_kind
  cross join lake_state
  where not entries.is_final
    and to_unixtime(cast(entries.entry_date as timestamp(6))) + 86400 + funnels.window_s
      <= to_unixtime(lake_state.watermark)
),

units as (
  select
    funnel,
    unit_kind,
    unit_id,
    entry_date,
    max(anonymous_id) as anonymous_id,
    max(session_id) as session_id,
    max(ended_date) as ended_date,
    max(is_walked) as is_walked
  from (
    select
      entries.*,
      1 as is_walked
    from entries
    union all
    select
      settled_entries.*,
      cast(null as date) as ended_date,
      0 as is_walked
    from settled_entries
  ) as reasons
  group by funnel, unit_kind, unit_id, entry_date
)

select
  units.funnel,
  units.unit_kind,
  units.unit_id,
  units.entry_date,
  case when units.is_walked = 1 and units.unit_kind = 'customer' then units.unit_id end
    as customer_id,
  units.anonymous_id,
  units.session_id,
  case when units.is_walked = 0 then units.unit_id end as settled_unit_id,
  units.entry_date as first_date,
  coalesce(
    units.ended_date,
    cast(units.entry_date + funnels.window_days * interval '1' day as date)
  ) as last_date
from units
join funnels on funnels.funnel = units.funnel and funnels.unit_kind = units.unit_kind
