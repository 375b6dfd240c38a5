/*
check: future_watermark
severity: error
meaning: The watermark lies beyond the newest arrival, so it would promise what has not come yet.
inputs: lake_state, ledger
*/
with newest as (
  select max(max_arrival_time) as arrival_time
  from ledger
  where source = 'events'
)

select
  lake_state.watermark,
  newest.arrival_time as newest_arrival_time
from lake_state
cross join newest
where lake_state.watermark is not null
  and coalesce(lake_state.watermark > newest.arrival_time, true)
