/*
model: touched_refunds
meaning: Refunds of which a row can change: by their events, their order, their customer.
grain: one row per refund
key: none
partition: none
inputs: stg_order_events, touched_orders, remapped_devices, lake_currency
standing: fct_refunds
materialization: touched
columns:
  refund_id varchar not_null | The refund.
*/
select refund_id
from stg_order_events_changes
where event_type = 'refund' and refund_id is not null
union
select refunds.refund_id
from stg_order_events as refunds
join touched_orders on touched_orders.order_id = refunds.order_id
where refunds.event_type = 'refund' and refunds.refund_id is not null
union
select refunds.refund_id
from stg_order_events as refunds
join remapped_devices as devices on devices.anonymous_id = refunds.anonymous_id
where refunds.event_type = 'refund' and refunds.refund_id is not null
union
-- The reporting currency has been fixed since.
select refunds.refund_id
from fct_refunds as refunds
join lake_currency on lake_currency.currency = refunds.currency
where refunds.amount is null
