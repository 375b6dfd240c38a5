/*
model: touched_entry_dates
meaning: Dates of entry, by funnel and unit kind, with an entry that changed.
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
select distinct
  funnel,
  unit_kind,
  entry_date
from funnel_entries_changes
