/*
model: lake_currency
meaning: The currency of all sums: that of the lake's state, before it is fixed that of the first purchase.
grain: exactly one row
key: none
partition: none
inputs: lake_state, stg_order_events
materialization: scratch
columns:
  currency varchar | ISO 4217; null while there is no purchase.
*/
with first_purchase as (
  select min_by(currency, row(event_time, event_id)) as currency
  from stg_order_events
  where event_type = 'purchase'
)

select coalesce(lake_state.reporting_currency, first_purchase.currency) as currency
from lake_state
cross join first_purchase
