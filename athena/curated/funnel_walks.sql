/*
model: funnel_walks
meaning: Entries into a funnel with the steps that they took, as far as they can be credited.
grain: one row per funnel, unit kind, unit and entry event
key: none
partition: none
inputs: funnel_ordered_walks, funnel_strict_walks, funnel_any_walks, funnel_step_events, funnel_steps, funnel_rules
materialization: scratch
columns:
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  unit_id varchar not_null | The customer; for a session the device, a slash and the session.
  entry_event_id varchar not_null | The event that took step 1.
  entry_time timestamp(6) not_null | When it happened.
  entry_date date not_null | UTC date of it.
  depth bigint not_null | How many steps were taken.
  step_2_at timestamp(6) | When step 2 was taken.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  anonymous_id varchar not_null | Device of the entry.
  session_id varchar not_null | Visit of the entry.
  customer_id varchar not_null | Customer of the entry event.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
with walks as (
  select
    funnel_number,
    unit_id,
    entry_event_id,
    entry_time,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    updated_at
  from funnel_ordered_walks
  union all
  select
    funnel_number,
    unit_id,
    entry_event_id,
    entry_time,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    updated_at
  from funnel_strict_walks
  union all
  select
    funnel_number,
    unit_id,
    entry_event_id,
    entry_time,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    updated_at
  from funnel_any_walks
),

exclusions as (
  select distinct
    rules.funnel_number,
    rules.unit_kind,
    rules.window_s,
    funnel_steps.step,
    funnel_steps.event_type
  from funnel_steps
  join funnel_rules as rules
    on rules.funnel = funnel_steps.funnel and rules.unit_kind = funnel_steps.unit_kind
  where funnel_steps.is_exclusion
),

excluded_steps as (
  select distinct
    funnel_number,
    window_s,
    step
  from exclusions
),

-- An exclusion of step k holds from step k on, until step k + 1 is taken.
ways as (
  select
    walks.funnel_number,
    walks.unit_id,
    walks.entry_time,
    steps.step,
    case steps.step
      when 1 then walks.entry_time
      when 2 then walks.step_2_at
      when 3 then walks.step_3_at
      else walks.step_4_at
    end as from_time,
    case steps.step
      when 1 then walks.step_2_at
      when 2 then walks.step_3_at
      when 3 then walks.step_4_at
      else walks.step_5_at
    end as until_time,
    coalesce(
      walks.entry_time + steps.window_s * interval '1' second,
      timestamp '9999-12-31 00:00:00.000000'
    ) as end_time
  from walks
  join excluded_steps as steps on steps.funnel_number = walks.funnel_number
),

-- Ways and excluded events in one order, so that the next such event is a window, not a join of all.
ways_and_events as (
  select
    funnel_number,
    unit_id,
    step,
    from_time as place_time,
    cast(null as timestamp(6)) as excluded_time,
    entry_time,
    until_time,
    end_time
  from ways
  where from_time is not null
  union all
  select
    exclusions.funnel_number,
    case when exclusions.unit_kind = 'session' then events.visit_id else events.customer_id end
      as unit_id,
    exclusions.step,
    events.event_time as place_time,
    events.event_time as excluded_time,
    cast(null as timestamp(6)) as entry_time,
    cast(null as timestamp(6)) as until_time,
    cast(null as timestamp(6)) as end_time
  from exclusions
  join funnel_step_events as events on events.event_type = exclusions.event_type
),

looking_ahead as (
  select
    ways_and_events.*,
    min(excluded_time) over (
      partition by funnel_number, unit_id, step
      order by place_time
      range between current row and unbounded following
    ) as next_excluded_time
  from ways_and_events
),

-- One such walk takes the unit out of the date.
excluded as (
  select distinct
    funnel_number,
    unit_id,
    cast(entry_time as date) as entry_date
  from looking_ahead
  where entry_time is not null
    and next_excluded_time <= end_time
    and (until_time is null or next_excluded_time < until_time)
)

select
  rules.funnel,
  rules.unit_kind,
  walks.unit_id,
  walks.entry_event_id,
  walks.entry_time,
  entries.event_date as entry_date,
  cast(
    case
      when walks.step_5_at is not null then 5
      when walks.step_4_at is not null then 4
      when walks.step_3_at is not null then 3
      when walks.step_2_at is not null then 2
      else 1
    end as bigint
  ) as depth,
  walks.step_2_at,
  walks.step_3_at,
  walks.step_4_at,
  walks.step_5_at,
  entries.anonymous_id,
  entries.session_id,
  entries.customer_id,
  walks.updated_at
from walks
join funnel_rules as rules on rules.funnel_number = walks.funnel_number
join funnel_step_events as entries on entries.event_id = walks.entry_event_id
left join excluded
  on excluded.funnel_number = walks.funnel_number
  and excluded.unit_id = walks.unit_id
  and excluded.entry_date = cast(walks.entry_time as date)
where excluded.unit_id is null
