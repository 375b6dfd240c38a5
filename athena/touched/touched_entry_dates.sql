/*
model: touched_entry_dates
meaning: Dates of entry with a funnel entry that changed.
grain: one row per date
key: none
partition: none
inputs: funnel_entries
materialization: touched
columns:
  entry_date date not_null | The UTC date.
*/
select distinct entry_date
from funnel_entries_changes
