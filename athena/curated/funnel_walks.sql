/*
model: funnel_walks
meaning: Entries into a funnel, once for each depth that they came to, as far as they can be credited.
grain: one row per funnel, unit, entry event and depth
key: none
partition: none
inputs: funnel_step_events, funnel_steps
materialization: scratch
columns:
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  unit_id varchar not_null | The customer; for a session the device, a slash and the session.
  entry_event_id varchar not_null | The event that took step 1.
  entry_time timestamp(6) not_null | When it happened.
  entry_date date not_null | UTC date of it.
  depth bigint not_null | How many steps this row has.
  step_2_at timestamp(6) | When step 2 was taken.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  anonymous_id varchar not_null | Device of the entry.
  session_id varchar not_null | Visit of the entry.
  customer_id varchar not_null | Customer of the entry event.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
-- twin_k: the first step with the event type of step k; k itself when no earlier step has it.
with twins as (
  select
    funnel,
    unit_kind,
    step,
    window_s,
    min(step) over (partition by funnel, unit_kind, event_type) as twin
  from funnel_steps
  where mode = 'ordered' and not is_exclusion and step <= 5
),

funnels as (
  select
    funnel,
    unit_kind,
    max(window_s) as window_s,
    max(case when step = 1 then twin end) as twin_1,
    max(case when step = 2 then twin end) as twin_2,
    max(case when step = 3 then twin end) as twin_3,
    max(case when step = 4 then twin end) as twin_4,
    max(case when step = 5 then twin end) as twin_5
  from twins
  group by funnel, unit_kind
),

walk_1 as (
  select
    events.funnel,
    events.unit_kind,
    events.unit_id,
    events.event_id as entry_event_id,
    events.event_time as entry_time,
    events.event_date as entry_date,
    events.anonymous_id,
    events.session_id,
    events.customer_id,
    events.event_us + funnels.window_s * 1000000 as last_us,
    events.step_number as number_1,
    events.next_count as count_2,
    events.is_followed,
    events.is_preceded,
    events.arrival_time as updated_1
  from funnel_step_events as events
  join funnels on funnels.funnel = events.funnel and funnels.unit_kind = events.unit_kind
  where events.step = 1
),

-- Step k takes the first event after step k - 1 that this walk has not taken. Steps of one type
-- have the same events under the same numbers, so what is taken is known by its number; 0 is none.
-- An entry that is followed by another of its day never wins with a second step: the other comes as
-- far with the same events, and is later. One that is preceded never wins without.
aim_2 as (
  select
    walks.*,
    walks.count_2 + 1 as first_2,
    case when funnels.twin_1 = funnels.twin_2 then walks.number_1 else 0 end as taken_2_1
  from walk_1 as walks
  join funnels on funnels.funnel = walks.funnel and funnels.unit_kind = walks.unit_kind
  where not walks.is_followed
),

walk_2 as (
  select
    walks.*,
    candidates.event_time as step_2_at,
    candidates.step_number as number_2,
    candidates.next_count as count_3,
    greatest(walks.updated_1, candidates.arrival_time) as updated_2
  from aim_2 as walks
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = case
      when first_2 not in (taken_2_1) then first_2
      else first_2 + 1
    end
  where candidates.step = 2
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
),

aim_3 as (
  select
    walks.*,
    walks.count_3 + 1 as first_3,
    case when funnels.twin_1 = funnels.twin_3 then walks.number_1 else 0 end as taken_3_1,
    case when funnels.twin_2 = funnels.twin_3 then walks.number_2 else 0 end as taken_3_2
  from walk_2 as walks
  join funnels on funnels.funnel = walks.funnel and funnels.unit_kind = walks.unit_kind
),

walk_3 as (
  select
    walks.*,
    candidates.event_time as step_3_at,
    candidates.step_number as number_3,
    candidates.next_count as count_4,
    greatest(walks.updated_2, candidates.arrival_time) as updated_3
  from aim_3 as walks
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = case
      when first_3 not in (taken_3_1, taken_3_2) then first_3
      when first_3 + 1 not in (taken_3_1, taken_3_2) then first_3 + 1
      else first_3 + 2
    end
  where candidates.step = 3
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
),

aim_4 as (
  select
    walks.*,
    walks.count_4 + 1 as first_4,
    case when funnels.twin_1 = funnels.twin_4 then walks.number_1 else 0 end as taken_4_1,
    case when funnels.twin_2 = funnels.twin_4 then walks.number_2 else 0 end as taken_4_2,
    case when funnels.twin_3 = funnels.twin_4 then walks.number_3 else 0 end as taken_4_3
  from walk_3 as walks
  join funnels on funnels.funnel = walks.funnel and funnels.unit_kind = walks.unit_kind
),

walk_4 as (
  select
    walks.*,
    candidates.event_time as step_4_at,
    candidates.step_number as number_4,
    candidates.next_count as count_5,
    greatest(walks.updated_3, candidates.arrival_time) as updated_4
  from aim_4 as walks
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = case
      when first_4 not in (taken_4_1, taken_4_2, taken_4_3) then first_4
      when first_4 + 1 not in (taken_4_1, taken_4_2, taken_4_3) then first_4 + 1
      when first_4 + 2 not in (taken_4_1, taken_4_2, taken_4_3) then first_4 + 2
      else first_4 + 3
    end
  where candidates.step = 4
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
),

aim_5 as (
  select
    walks.*,
    walks.count_5 + 1 as first_5,
    case when funnels.twin_1 = funnels.twin_5 then walks.number_1 else 0 end as taken_5_1,
    case when funnels.twin_2 = funnels.twin_5 then walks.number_2 else 0 end as taken_5_2,
    case when funnels.twin_3 = funnels.twin_5 then walks.number_3 else 0 end as taken_5_3,
    case when funnels.twin_4 = funnels.twin_5 then walks.number_4 else 0 end as taken_5_4
  from walk_4 as walks
  join funnels on funnels.funnel = walks.funnel and funnels.unit_kind = walks.unit_kind
),

walk_5 as (
  select
    walks.*,
    candidates.event_time as step_5_at,
    greatest(walks.updated_4, candidates.arrival_time) as updated_5
  from aim_5 as walks
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = case
      when first_5 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5
      when first_5 + 1 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 1
      when first_5 + 2 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 2
      when first_5 + 3 not in (taken_5_1, taken_5_2, taken_5_3, taken_5_4) then first_5 + 3
      else first_5 + 4
    end
  where candidates.step = 5
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
)

select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(1 as bigint) as depth,
  cast(null as timestamp(6)) as step_2_at,
  cast(null as timestamp(6)) as step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_1 as updated_at
from walk_1
where not is_preceded
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(2 as bigint) as depth,
  step_2_at,
  cast(null as timestamp(6)) as step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_2 as updated_at
from walk_2
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(3 as bigint) as depth,
  step_2_at,
  step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_3 as updated_at
from walk_3
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(4 as bigint) as depth,
  step_2_at,
  step_3_at,
  step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_4 as updated_at
from walk_4
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(5 as bigint) as depth,
  step_2_at,
  step_3_at,
  step_4_at,
  step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_5 as updated_at
from walk_5
