/*
model: funnel_profiles
meaning: Entries of a date that have all attributes in common: far fewer than entries, and numbered.
grain: one row per funnel, unit kind, entry date and attributes
key: none
partition: none
inputs: funnel_entries
restrict: funnel_entries on entry_date, funnel, unit_kind of touched_entry_dates
materialization: scratch
columns:
  profile_number bigint not_null | Stands for the other columns of the grain.
  funnel varchar not_null | The funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  entry_date date not_null | Date of the entries.
  channel varchar not_null | Their channel.
  device varchar not_null | Their kind of device.
  country varchar not_null | Their country.
  is_new_customer boolean not_null | Whether their customers were new.
  reached_1 bigint not_null | Entries.
  reached_2 bigint not_null | Those that came at least to step 2.
  reached_3 bigint not_null | To step 3.
  reached_4 bigint not_null | To step 4.
  reached_5 bigint not_null | To step 5.
  is_final boolean not_null | Whether all are final.
  updated_at timestamp(6) not_null | Latest arrival among their events.
*/
select
  row_number() over (
    order by funnel, unit_kind, entry_date, channel, device, country, is_new_customer
  ) as profile_number,
  funnel,
  unit_kind,
  entry_date,
  channel,
  device,
  country,
  is_new_customer,
  count(*) as reached_1,
  count(case when depth >= 2 then 1 end) as reached_2,
  count(case when depth >= 3 then 1 end) as reached_3,
  count(case when depth >= 4 then 1 end) as reached_4,
  count(case when depth >= 5 then 1 end) as reached_5,
  bool_and(is_final) as is_final,
  max(updated_at) as updated_at
from funnel_entries
group by funnel, unit_kind, entry_date, channel, device, country, is_new_customer
