/*
model: funnel_walks
meaning: The entry of each unit and date that is credited, with the steps that it took, in numbers.
grain: one row per funnel, unit kind, unit and date of entry
key: none
partition: none
inputs: funnel_ordered_walks, funnel_strict_walks, funnel_any_walks, funnel_unit_events, funnel_steps, funnel_rules
materialization: scratch
columns:
  funnel_number bigint not_null | The funnel and unit kind, as numbered in funnel_rules.
  unit_number bigint not_null | The customer or the visit, as numbered in funnel_unit_events.
  entry_time timestamp(6) not_null | When the event that took step 1 happened.
  entry_tie bigint not_null | Which of the events of this time it is.
  entry_date date not_null | UTC date of it.
  depth bigint not_null | How many steps were taken.
  step_2_at timestamp(6) | When step 2 was taken.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  deepest_at timestamp(6) not_null | When the last of them was taken.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
with walks as (
  select
    funnel_number,
    unit_number,
    entry_time,
    entry_tie,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    updated_at
  from funnel_ordered_walks
  union all
  select
    funnel_number,
    unit_number,
    entry_time,
    entry_tie,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    updated_at
  from funnel_strict_walks
  union all
  select
    funnel_number,
    unit_number,
    entry_time,
    entry_tie,
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
    walks.unit_number,
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
    unit_number,
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
    case
      when exclusions.unit_kind = 'session' then events.visit_number
      else events.customer_number
    end as unit_number,
    exclusions.step,
    events.event_time as place_time,
    events.event_time as excluded_time,
    cast(null as timestamp(6)) as entry_time,
    cast(null as timestamp(6)) as until_time,
    cast(null as timestamp(6)) as end_time
  from funnel_unit_events as events
  join exclusions on exclusions.event_type = events.event_type
),

looking_ahead as (
  select
    ways_and_events.*,
    min(excluded_time) over (
      partition by funnel_number, unit_number, step
      order by place_time
      range between current row and unbounded following
    ) as next_excluded_time
  from ways_and_events
),

-- One such walk takes the unit out of the date.
excluded as (
  select distinct
    funnel_number,
    unit_number,
    cast(entry_time as date) as entry_date
  from looking_ahead
  where entry_time is not null
    and next_excluded_time <= end_time
    and (until_time is null or next_excluded_time < until_time)
),

included as (
  select
    walks.*,
    cast(walks.entry_time as date) as entry_date,
    cast(
      case
        when walks.step_5_at is not null then 5
        when walks.step_4_at is not null then 4
        when walks.step_3_at is not null then 3
        when walks.step_2_at is not null then 2
        else 1
      end as bigint
    ) as depth,
    coalesce(
      walks.step_5_at,
      walks.step_4_at,
      walks.step_3_at,
      walks.step_2_at,
      walks.entry_time
    ) as deepest_at
  from walks
  left join excluded
    on excluded.funnel_number = walks.funnel_number
    and excluded.unit_number = walks.unit_number
    and excluded.entry_date = cast(walks.entry_time as date)
  where excluded.unit_number is null
),

-- entry_tie goes by event_id.
ranked as (
  select
    included.*,
    row_number() over (
      partition by funnel_number, unit_number, entry_date
      order by depth desc, deepest_at, entry_time desc, entry_tie desc
    ) as credit_rank
  from included
)

select
  funnel_number,
  unit_number,
  entry_time,
  entry_tie,
  entry_date,
  depth,
  step_2_at,
  step_3_at,
  step_4_at,
  step_5_at,
  deepest_at,
  updated_at
from ranked
where credit_rank = 1
