/*
model: first_refunds
meaning: The event that counts for each refund: the first of its refund_id by (event_time, event_id).
grain: one row per refund
key: none
partition: none
inputs: stg_order_events, dim_device, lake_currency
restrict: stg_order_events on refund_id of touched_refunds
materialization: scratch
columns:
  refund_id varchar not_null | The refund.
  event_id varchar not_null | The event that counts.
  order_id varchar | The order that it refunds, known or not.
  refunded_at timestamp(6) not_null | When it happened.
  refund_date date not_null | UTC date of it.
  event_customer_id varchar not_null | Customer of the refund event itself.
  currency varchar | ISO 4217, as sent.
  amount decimal(18,4) | Amount in the reporting currency; null when sent in another.
  arrival_time timestamp(6) not_null | When the event arrived.
*/
with ranked as (
  select
    refund_id,
    event_id,
    order_id,
    event_time,
    event_date,
    user_id,
    anonymous_id,
    currency,
    amount,
    arrival_time,
    row_number() over (partition by refund_id order by event_time, event_id) as refund_rank
  from stg_order_events
  where event_type = 'refund' and refund_id is not null
)

select
  ranked.refund_id,
  ranked.event_id,
  ranked.order_id,
  ranked.event_time as refunded_at,
  ranked.event_date as refund_date,
  coalesce('u:' || ranked.user_id, dim_device.customer_id) as event_customer_id,
  ranked.currency,
  case when ranked.currency = lake_currency.currency then ranked.amount end as amount,
  ranked.arrival_time
from ranked
cross join lake_currency
left join dim_device on dim_device.anonymous_id = ranked.anonymous_id
where ranked.refund_rank = 1
