/*
model: funnel_daily
meaning: Each funnel day by day and step by step, whole and by attribute.
grain: one row per funnel, unit kind, entry date, breakdown, its value and step
key: funnel, unit_kind, entry_date, breakdown, breakdown_value, step
partition: month(entry_date)
inputs: funnel_entries, funnel_steps
restrict: funnel_entries on entry_date of touched_entry_dates
slice: entry_date of touched_entry_dates
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
    entries.funnel,
    entries.unit_kind,
    entries.entry_date,
    breakdowns.breakdown,
    case breakdowns.breakdown
      when 'none' then 'all'
      when 'channel' then entries.channel
      when 'device' then entries.device
      when 'country' then entries.country
      else case when entries.is_new_customer then 'true' else 'false' end
    end as breakdown_value,
    entries.depth,
    entries.entry_time,
    entries.step_2_at,
    entries.step_3_at,
    entries.step_4_at,
    entries.step_5_at,
    entries.is_final,
    entries.updated_at
  from funnel_entries as entries
  cross join breakdowns
),

entry_groups as (
  select
    funnel,
    unit_kind,
    entry_date,
    breakdown,
    breakdown_value,
    count(*) as reached_1,
    count(case when depth >= 2 then 1 end) as reached_2,
    count(case when depth >= 3 then 1 end) as reached_3,
    count(case when depth >= 4 then 1 end) as reached_4,
    count(case when depth >= 5 then 1 end) as reached_5,
    bool_and(is_final) as is_final,
    max(updated_at) as updated_at
  from broken_down
  group by funnel, unit_kind, entry_date, breakdown, breakdown_value
),

step_times as (
  select
    walks.funnel,
    walks.unit_kind,
    walks.entry_date,
    walks.breakdown,
    walks.breakdown_value,
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
  from broken_down as walks
  join (values (2), (3), (4), (5)) as list (step) on list.step <= walks.depth
),

ranked_times as (
  select
    funnel,
    unit_kind,
    entry_date,
    breakdown,
    breakdown_value,
    step,
    elapsed_us,
    row_number() over step_group as time_rank,
    count(*) over (
      partition by funnel, unit_kind, entry_date, breakdown, breakdown_value, step
    ) as times
  from step_times
  window step_group as (
    partition by funnel, unit_kind, entry_date, breakdown, breakdown_value, step
    order by elapsed_us
  )
),

medians as (
  select
    funnel,
    unit_kind,
    entry_date,
    breakdown,
    breakdown_value,
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
  on medians.funnel = reached.funnel
  and medians.unit_kind = reached.unit_kind
  and medians.entry_date = reached.entry_date
  and medians.breakdown = reached.breakdown
  and medians.breakdown_value = reached.breakdown_value
  and medians.step = reached.step
