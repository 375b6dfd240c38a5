/*
model: funnel_steps
meaning: The declared funnels.
grain: one row per funnel, unit kind and step; one more for each step after which an exclusion counts
key: none
partition: none
materialization: source
origin: rows
columns:
  funnel varchar not_null | Name of the funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  mode varchar not_null | How steps follow each other; ordered: at or after the one before; strict: nothing else in between; any: as they come.
  window_s bigint | Seconds from the entry within which a step counts, inclusive; null: the whole session.
  step integer not_null | Number of the step, 1 to 5; of an exclusion the step from which on it counts, until the next one.
  event_type varchar not_null | Event that takes the step, or is excluded.
  is_exclusion boolean not_null | Whether the event takes the unit out of the funnel on that date of entry instead.
*/
