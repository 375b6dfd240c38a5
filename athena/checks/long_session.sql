/*
check: long_session
severity: warn
meaning: Visits of more than a day; their funnel rows can change after is_final.
inputs: fct_sessions
*/
select
  anonymous_id,
  session_id,
  duration_s
from fct_sessions
where duration_s > 86400
