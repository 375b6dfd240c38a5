/*
model: touched_entry_dates
meaning: Dates of entry, by funnel and unit kind, on which entries differ from before in more than whose they are.
grain: one row per funnel, unit kind and date
key: none
partition: none
inputs: funnel_entries
materialization: touched
columns:
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  entry_date date not_null | The UTC date.
*/
-- A visitor who signs in takes entries of many dates along, each of which stays as it is.
with differences as (
  select
    funnel,
    unit_kind,
    entry_date
  from funnel_entries_changes
  group by
    funnel,
    unit_kind,
    entry_date,
    channel,
    device,
    country,
    is_new_customer,
    depth,
    entry_time,
    step_2_at,
    step_3_at,
    step_4_at,
    step_5_at,
    is_final,
    updated_at
  having sum(case when op in ('I', 'U') then 1 when op in ('D', 'B') then -1 else 0 end) <> 0
    or count(case when op = 'T' then 1 end) > 0
)

select distinct
  funnel,
  unit_kind,
  entry_date
from differences
