/*
check: refund_repeated
severity: warn
meaning: A refund_id came with several refund events; the first counts.
inputs: stg_order_events
*/
select
  refund_id,
  count(*) as refunds
from stg_order_events
where event_type = 'refund'
group by refund_id
having count(*) > 1
