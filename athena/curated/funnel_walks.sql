/*
model: funnel_walks
meaning: Every entry into a funnel, once for each depth that it came to.
grain: one row per funnel, unit, entry event and depth reached
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
  deepest_at timestamp(6) not_null | When the last of them was taken.
  step_2_at timestamp(6) | When step 2 was taken.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  anonymous_id varchar not_null | Device of the entry.
  session_id varchar not_null | Visit of the entry.
  customer_id varchar not_null | Customer of the entry event.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
-- spare: how often the type stands in earlier steps. So many events of it can be taken already, and
-- so many candidates more are needed.
with steps as (
  select
    later.funnel,
    later.unit_kind,
    later.step,
    later.window_s,
    count(earlier.step) as spare
  from funnel_steps as later
  left join funnel_steps as earlier
    on earlier.funnel = later.funnel
    and earlier.unit_kind = later.unit_kind
    and earlier.event_type = later.event_type
    and earlier.step < later.step
    and earlier.mode = 'ordered'
    and not earlier.is_exclusion
  where later.mode = 'ordered' and not later.is_exclusion and later.step <= 5
  group by later.funnel, later.unit_kind, later.step, later.window_s
),

candidate_numbers as (
  select
    steps.funnel,
    steps.unit_kind,
    steps.step,
    list.candidate_number
  from steps
  join (values (1), (2), (3), (4), (5)) as list (candidate_number)
    on list.candidate_number <= steps.spare + 1
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
    events.event_us + steps.window_s * 1000000 as last_us,
    events.next_count as count_2,
    events.arrival_time as updated_1
  from funnel_step_events as events
  join steps
    on steps.funnel = events.funnel
    and steps.unit_kind = events.unit_kind
    and steps.step = events.step
  where events.step = 1
),

-- Each walk from here on has all candidates for its last step; the first one not taken counts.
walk_2 as (
  select
    walks.*,
    candidates.event_id as event_2,
    candidates.event_time as step_2_at,
    candidates.next_count as count_3,
    greatest(walks.updated_1, candidates.arrival_time) as updated_2,
    row_number() over (
      partition by walks.funnel, walks.unit_kind, walks.unit_id, walks.entry_event_id
      order by candidates.step_number
    ) as rank_2
  from walk_1 as walks
  join candidate_numbers as numbers
    on numbers.funnel = walks.funnel and numbers.unit_kind = walks.unit_kind
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = walks.count_2 + numbers.candidate_number
  where numbers.step = 2
    and candidates.step = 2
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
    and candidates.event_id <> walks.entry_event_id
),

walk_3 as (
  select
    walks.*,
    candidates.event_id as event_3,
    candidates.event_time as step_3_at,
    candidates.next_count as count_4,
    greatest(walks.updated_2, candidates.arrival_time) as updated_3,
    row_number() over (
      partition by walks.funnel, walks.unit_kind, walks.unit_id, walks.entry_event_id
      order by candidates.step_number
    ) as rank_3
  from walk_2 as walks
  join candidate_numbers as numbers
    on numbers.funnel = walks.funnel and numbers.unit_kind = walks.unit_kind
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = walks.count_3 + numbers.candidate_number
  where walks.rank_2 = 1
    and numbers.step = 3
    and candidates.step = 3
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
    and candidates.event_id not in (walks.entry_event_id, walks.event_2)
),

walk_4 as (
  select
    walks.*,
    candidates.event_id as event_4,
    candidates.event_time as step_4_at,
    candidates.next_count as count_5,
    greatest(walks.updated_3, candidates.arrival_time) as updated_4,
    row_number() over (
      partition by walks.funnel, walks.unit_kind, walks.unit_id, walks.entry_event_id
      order by candidates.step_number
    ) as rank_4
  from walk_3 as walks
  join candidate_numbers as numbers
    on numbers.funnel = walks.funnel and numbers.unit_kind = walks.unit_kind
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = walks.count_4 + numbers.candidate_number
  where walks.rank_3 = 1
    and numbers.step = 4
    and candidates.step = 4
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
    and candidates.event_id not in (walks.entry_event_id, walks.event_2, walks.event_3)
),

walk_5 as (
  select
    walks.*,
    candidates.event_id as event_5,
    candidates.event_time as step_5_at,
    greatest(walks.updated_4, candidates.arrival_time) as updated_5,
    row_number() over (
      partition by walks.funnel, walks.unit_kind, walks.unit_id, walks.entry_event_id
      order by candidates.step_number
    ) as rank_5
  from walk_4 as walks
  join candidate_numbers as numbers
    on numbers.funnel = walks.funnel and numbers.unit_kind = walks.unit_kind
  join funnel_step_events as candidates
    on candidates.funnel = walks.funnel
    and candidates.unit_kind = walks.unit_kind
    and candidates.unit_id = walks.unit_id
    and candidates.step_number = walks.count_5 + numbers.candidate_number
  where walks.rank_4 = 1
    and numbers.step = 5
    and candidates.step = 5
    and (walks.last_us is null or candidates.event_us <= walks.last_us)
    and candidates.event_id not in (walks.entry_event_id, walks.event_2, walks.event_3, walks.event_4)
)

select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(1 as bigint) as depth,
  entry_time as deepest_at,
  cast(null as timestamp(6)) as step_2_at,
  cast(null as timestamp(6)) as step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_1 as updated_at
from walk_1
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(2 as bigint) as depth,
  step_2_at as deepest_at,
  step_2_at,
  cast(null as timestamp(6)) as step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_2 as updated_at
from walk_2
where rank_2 = 1
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(3 as bigint) as depth,
  step_3_at as deepest_at,
  step_2_at,
  step_3_at,
  cast(null as timestamp(6)) as step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_3 as updated_at
from walk_3
where rank_3 = 1
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(4 as bigint) as depth,
  step_4_at as deepest_at,
  step_2_at,
  step_3_at,
  step_4_at,
  cast(null as timestamp(6)) as step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_4 as updated_at
from walk_4
where rank_4 = 1
union all
select
  funnel,
  unit_kind,
  unit_id,
  entry_event_id,
  entry_time,
  entry_date,
  cast(5 as bigint) as depth,
  step_5_at as deepest_at,
  step_2_at,
  step_3_at,
  step_4_at,
  step_5_at,
  anonymous_id,
  session_id,
  customer_id,
  updated_5 as updated_at
from walk_5
where rank_5 = 1
