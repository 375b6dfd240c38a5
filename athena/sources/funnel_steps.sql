/*
model: funnel_steps
meaning: The declared funnels.
grain: one row per funnel, unit kind and step
key: none
partition: none
materialization: source
origin: rows
columns:
  funnel varchar not_null | Name of the funnel.
  unit_kind varchar not_null | Who walks it: customer or session.
  mode varchar not_null | How steps follow each other; ordered is the one mode so far.
  window_s bigint | Seconds from the entry within which a step counts, inclusive; null: the whole session.
  step integer not_null | Number of the step, 1 to 5.
  event_type varchar not_null | Event that takes the step.
  is_exclusion boolean not_null | Whether the event ends the walk instead; not used so far.
*/
