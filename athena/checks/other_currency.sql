/*
check: other_currency
severity: warn
meaning: Orders and refunds in another currency than the reporting one: they count, their money does not.
inputs: fct_orders, fct_refunds
*/
select
  'order' as kind,
  order_id as id,
  original_currency as currency
from fct_orders
where gross is null
union all
select
  'refund' as kind,
  refund_id as id,
  currency
from fct_refunds
where amount is null
