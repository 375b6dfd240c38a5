/*
model: funnel_entries
meaning: Who entered a funnel on which day, and how far that entry came.
grain: one row per funnel, unit and date on which the unit took step 1
key: funnel, unit_kind, unit_id, entry_date
partition: entry_date
inputs: funnel_walks, funnel_entry_events, funnel_rules, funnel_steps, lake_state
standing: funnel_entries
restrict: funnel_entries on funnel, unit_kind, unit_id = settled_unit_id, entry_date of touched_funnel_units
slice: funnel, unit_kind, unit_id, entry_date of touched_funnel_units
columns:
  funnel varchar not_null references(funnel_steps.funnel) | The funnel, as declared in funnel_steps.
  unit_kind varchar not_null in(customer, session) | Who walks it: customer or session.
  unit_id varchar not_null | The customer; for a session the device, a slash and the session.
  entry_date date not_null references(dim_date.date) | UTC date of entry_time.
  entry_time timestamp(6) not_null | Step 1 of the credited entry: the deepest, then the one that got there first, then the latest.
  depth bigint not_null in(1, 2, 3, 4, 5) | Steps taken, from 1.
  step_2_at timestamp(6) | When step 2 was taken; null when it was not.
  step_3_at timestamp(6) | When step 3 was taken.
  step_4_at timestamp(6) | When step 4 was taken.
  step_5_at timestamp(6) | When step 5 was taken.
  completed_at timestamp(6) | When the last step was taken; null when it was not.
  channel varchar not_null in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other, unknown) | First channel of the entry's visit up to the entry, else unknown.
  device varchar not_null in(desktop, mobile, tablet, other, unknown) | First kind of device of the visit up to the entry, else unknown.
  country varchar not_null | First country of the visit up to the entry, else unknown.
  is_new_customer boolean not_null | Whether the customer of the entry event was first seen on entry_date.
  is_final boolean not_null | Whether no event in time can still change the row.
  updated_at timestamp(6) not_null | Latest arrival among the events of the credited chain.
*/
with funnels as (
  select
    funnel,
    unit_kind,
    max(step) as last_step,
    max(window_s) as window_s
  from funnel_steps
  where not is_exclusion and step <= 5
  group by funnel, unit_kind
),

walked as (
  select
    rules.funnel,
    rules.unit_kind,
    case
      when rules.unit_kind = 'session' then events.anonymous_id || '/' || events.session_id
      else events.customer_id
    end as unit_id,
    walks.entry_date,
    walks.entry_time,
    walks.depth,
    walks.step_2_at,
    walks.step_3_at,
    walks.step_4_at,
    walks.step_5_at,
    case when walks.depth = funnels.last_step then walks.deepest_at end as completed_at,
    events.channel,
    events.device,
    events.country,
    events.is_new_customer,
    -- A session may last a day; check long_session names those that last longer.
    coalesce(
      to_unixtime(cast(walks.entry_date as timestamp(6))) + 86400
      + coalesce(funnels.window_s, 86400) <= to_unixtime(lake_state.watermark),
      false
    ) as is_final,
    walks.updated_at
  from funnel_entry_events as events
  join funnel_walks as walks
    on walks.entry_time = events.event_time and walks.entry_tie = events.tie_number
  join funnel_rules as rules on rules.funnel_number = walks.funnel_number
  join funnels on funnels.funnel = rules.funnel and funnels.unit_kind = rules.unit_kind
  cross join lake_state
),

-- Entries that the watermark has passed, as they stood; none in a full run.
settled as (
  select
    funnel,
    unit_kind,
    unit_id,
    entry_date,
    entry_time,
    depth,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    completed_at,
    channel,
    device,
    country,
    is_new_customer,
    true as is_final,
    updated_at
  from funnel_entries
  where not is_final
)

-- Walks of a unit that has to be walked for another date may lack events of the settled one's.
select walked.*
from walked
left join settled
  on settled.funnel = walked.funnel
  and settled.unit_kind = walked.unit_kind
  and settled.unit_id = walked.unit_id
  and settled.entry_date = walked.entry_date
where settled.unit_id is null
union all
select settled.*
from settled
