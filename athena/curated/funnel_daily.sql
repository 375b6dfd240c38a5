/*
model: funnel_daily
meaning: Each funnel day by day and step by step, whole and by attribute.
grain: one row per funnel, unit kind, entry date, breakdown, its value and step
key: funnel, unit_kind, entry_date, breakdown, breakdown_value, step
partition: month(entry_date)
inputs: funnel_entries, funnel_profiles, funnel_steps
restrict: funnel_entries on entry_date, funnel, unit_kind of touched_entry_dates
slice: entry_date, funnel, unit_kind of touched_entry_dates
columns:
  funnel varchar not_null references(funnel_steps.funnel) | The funnel.
  unit_kind varchar not_null in(customer, session) | Who walks it: customer or session.
  entry_date date not_null references(dim_date.date) | Date of the entries; what they reached later counts here.
  breakdown varchar not_null in(none, channel, device, country, is_new_customer) | none, channel, device, country or is_new_customer.
  breakdown_value varchar not_null | Value of the attribute; all for none.
  step bigint not_null in(1, 2, 3, 4, 5) | Number of the step, from 1.
  step_name varchar not_null in(page_view, view_item, search, add_to_cart, remove_from_cart, begin_checkout, purchase, refund, sign_up, ad_impression, ad_click, ad_spend) | Event that takes it; in a funnel of any order, where steps are counted as they come, the one declared at this place.
  entered bigint not_null | Units that entered.
  reached bigint not_null | Units that came at least to this step.
  dropped_off bigint not_null | Units that came to this step and no further; 0 at the last one.
  median_time_from_entry_s double | Seconds from entry to step, the lower median; null when nobody came.
  is_final boolean not_null | Whether no event in time can still change it.
  updated_at timestamp(6) not_null | Latest arrival among the events of its entries.
*/
with steps as (
  select
    funnel,
    unit_kind,
    step,
    event_type as step_name,
    max(step) over (partition by funnel, unit_kind) as last_step
  from funnel_steps
  where not is_exclusion and step <= 5
),

breakdowns as (
  select breakdown
  from (
    values ('none'), ('channel'), ('device'), ('country'), ('is_new_customer')
  ) as list (breakdown)
),

broken_down as (
  select
    profiles.funnel,
    profiles.unit_kind,
    profiles.entry_date,
    breakdowns.breakdown,
    case breakdowns.breakdown
      when 'none' then 'all'
      when 'channel' then profiles.channel
      when 'device' then profiles.device
      when 'country' then profiles.country
      else case when profiles.is_new_customer then 'true' else 'false' end
    end as breakdown_value,
    profiles.profile_number,
    profiles.reached_1,
    profiles.reached_2,
    profiles.reached_3,
    profiles.reached_4,
    profiles.reached_5,
    profiles.is_final,
    profiles.updated_at
  from funnel_profiles as profiles
  cross join breakdowns
),

-- A profile is in one group of each breakdown, so its number names the group that it is the first of.
entry_groups as (
  select
    funnel,
    unit_kind,
    entry_date,
    breakdown,
    breakdown_value,
    min(profile_number) * 8 + case breakdown
      when 'none' then 0
      when 'channel' then 1
      when 'device' then 2
      when 'country' then 3
      else 4
    end as group_number,
    cast(sum(reached_1) as bigint) as reached_1,
    cast(sum(reached_2) as bigint) as reached_2,
    cast(sum(reached_3) as bigint) as reached_3,
    cast(sum(reached_4) as bigint) as reached_4,
    cast(sum(reached_5) as bigint) as reached_5,
    bool_and(is_final) as is_final,
    max(updated_at) as updated_at
  from broken_down
  group by funnel, unit_kind, entry_date, breakdown, breakdown_value
),

profile_groups as (
  select
    broken_down.profile_number,
    entry_groups.group_number
  from broken_down
  join entry_groups
    on entry_groups.funnel = broken_down.funnel
    and entry_groups.unit_kind = broken_down.unit_kind
    and entry_groups.entry_date = broken_down.entry_date
    and entry_groups.breakdown = broken_down.breakdown
    and entry_groups.breakdown_value = broken_down.breakdown_value
  where broken_down.reached_2 > 0
),

walks as (
  select
    profiles.profile_number,
    entries.depth,
    entries.entry_time,
    entries.step_2_at,
    entries.step_3_at,
    entries.step_4_at,
    entries.step_5_at
  from funnel_entries as entries
  join funnel_profiles as profiles
    on profiles.funnel = entries.funnel
    and profiles.unit_kind = entries.unit_kind
    and profiles.entry_date = entries.entry_date
    and profiles.channel = entries.channel
    and profiles.device = entries.device
    and profiles.country = entries.country
    and profiles.is_new_customer = entries.is_new_customer
  where entries.depth >= 2
),

step_times as (
  select
    walks.profile_number,
    list.step,
    cast(
      round(
        to_unixtime(
          case list.step
            when 2 then walks.step_2_at
            when 3 then walks.step_3_at
            when 4 then walks.step_4_at
            else walks.step_5_at
          end
        ) * 1e6
      ) as bigint
    ) - cast(round(to_unixtime(walks.entry_time) * 1e6) as bigint) as elapsed_us
  from walks
  join (values (2), (3), (4), (5)) as list (step) on list.step <= walks.depth
),

ranked_times as (
  select
    profile_groups.group_number,
    step_times.step,
    step_times.elapsed_us,
    row_number() over (
      partition by profile_groups.group_number, step_times.step
      order by step_times.elapsed_us
    ) as time_rank,
    count(*) over (partition by profile_groups.group_number, step_times.step) as times
  from step_times
  join profile_groups on profile_groups.profile_number = step_times.profile_number
),

medians as (
  select
    group_number,
    step,
    elapsed_us / 1e6 as median_s
  from ranked_times
  where time_rank = (times + 1) / 2
),

reached as (
  select
    sums.funnel,
    sums.unit_kind,
    sums.entry_date,
    sums.breakdown,
    sums.breakdown_value,
    sums.group_number,
    steps.step,
    steps.step_name,
    steps.last_step,
    sums.reached_1 as entered,
    case steps.step
      when 1 then sums.reached_1
      when 2 then sums.reached_2
      when 3 then sums.reached_3
      when 4 then sums.reached_4
      else sums.reached_5
    end as reached,
    case steps.step
      when 1 then sums.reached_2
      when 2 then sums.reached_3
      when 3 then sums.reached_4
      else sums.reached_5
    end as reached_next,
    sums.is_final,
    sums.updated_at
  from entry_groups as sums
  join steps on steps.funnel = sums.funnel and steps.unit_kind = sums.unit_kind
)

select
  reached.funnel,
  reached.unit_kind,
  reached.entry_date,
  reached.breakdown,
  reached.breakdown_value,
  cast(reached.step as bigint) as step,
  reached.step_name,
  reached.entered,
  reached.reached,
  case when reached.step = reached.last_step then 0 else reached.reached - reached.reached_next end
    as dropped_off,
  case when reached.step = 1 then cast(0 as double) else medians.median_s end
    as median_time_from_entry_s,
  reached.is_final,
  reached.updated_at
from reached
left join medians
  on medians.group_number = reached.group_number and medians.step = reached.step
