/*
model: fct_refunds
meaning: Refunds, each with what it takes from its order.
grain: one row per refund
key: refund_id
partition: refund_date
inputs: first_refunds, fct_orders
slice: refund_id of touched_refunds
columns:
  refund_id varchar not_null | The refund.
  refund_date date not_null references(dim_date.date) | UTC date of refunded_at.
  event_id varchar not_null unique | The event that counts: the first of the refund_id.
  order_id varchar | The order that it refunds, whether the lake knows it or not.
  customer_id varchar not_null references(dim_customer.customer_id) | Customer of the order, else of the refund event.
  refunded_at timestamp(6) not_null | When it happened.
  currency varchar | ISO 4217, as sent.
  amount decimal(18,4) | Amount; null when sent in another currency than the reporting one.
  is_order_known boolean not_null | Whether the lake has the order.
  order_source varchar not_null in(web, fakestore) | That of the order; web without one.
  channel varchar not_null in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other, unknown) | That of the order; unknown without one.
  country varchar not_null | That of the order; unknown without one.
  updated_at timestamp(6) not_null | Arrival of the event that counts.
*/
select
  refunds.refund_id,
  refunds.refund_date,
  refunds.event_id,
  refunds.order_id,
  coalesce(orders.customer_id, refunds.event_customer_id) as customer_id,
  refunds.refunded_at,
  refunds.currency,
  refunds.amount,
  orders.order_id is not null as is_order_known,
  coalesce(orders.order_source, 'web') as order_source,
  coalesce(orders.channel, 'unknown') as channel,
  coalesce(orders.country, 'unknown') as country,
  refunds.arrival_time as updated_at
from first_refunds as refunds
left join fct_orders as orders on orders.order_id = refunds.order_id
