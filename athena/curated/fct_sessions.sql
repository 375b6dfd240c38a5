/*
model: fct_sessions
meaning: Visits.
grain: one row per device and session
key: anonymous_id, session_id
partition: session_date
inputs: session_summary, dim_device, fct_orders
restrict: session_summary on anonymous_id, session_id of touched_visits; fct_orders on anonymous_id, session_id of touched_visits
slice: anonymous_id, session_id of touched_visits
columns:
  anonymous_id varchar not_null references(dim_device.anonymous_id) | The device.
  session_id varchar not_null | The visit.
  session_date date not_null references(dim_date.date) | UTC date of started_at; a visit over midnight stays whole.
  customer_id varchar not_null references(dim_customer.customer_id) | u: and the last user_id in it, else the customer of the device.
  started_at timestamp(6) not_null | Its first event.
  ended_at timestamp(6) not_null | Its last event.
  events bigint not_null | Its events, ad_* aside.
  page_views bigint not_null | Its page_view events.
  duration_s double not_null | Seconds from the first to the last event.
  channel varchar not_null in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other, unknown) | Its first channel, else unknown.
  campaign_id varchar | Its first campaign.
  device varchar not_null in(desktop, mobile, tablet, other, unknown) | Its first kind of device, else unknown.
  country varchar not_null | Its first country, else unknown.
  landing_page varchar | Its first page_path.
  is_bounce boolean not_null | At most one page view, and no cart, checkout, purchase or sign-up.
  has_view_item boolean not_null | Whether a product was viewed.
  has_add_to_cart boolean not_null | Whether something was put into the cart.
  has_begin_checkout boolean not_null | Whether a checkout began.
  has_purchase boolean not_null | Whether there was a purchase event, a repeated one too.
  revenue decimal(18,4) not_null | Gross of the orders placed in it; those in another currency count 0.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
with session_revenue as (
  select
    anonymous_id,
    session_id,
    sum(gross) as revenue
  from fct_orders
  where order_source = 'web'
  group by anonymous_id, session_id
)

select
  sessions.anonymous_id,
  sessions.session_id,
  cast(sessions.started_at as date) as session_date,
  coalesce('u:' || sessions.last_user_id, dim_device.customer_id) as customer_id,
  sessions.started_at,
  sessions.ended_at,
  sessions.events,
  sessions.page_views,
  (
    cast(round(to_unixtime(sessions.ended_at) * 1e6) as bigint)
    - cast(round(to_unixtime(sessions.started_at) * 1e6) as bigint)
  ) / 1e6 as duration_s,
  coalesce(sessions.channel, 'unknown') as channel,
  sessions.campaign_id,
  coalesce(sessions.device, 'unknown') as device,
  coalesce(sessions.country, 'unknown') as country,
  sessions.landing_page,
  sessions.page_views <= 1
  and sessions.cart_adds + sessions.cart_removals + sessions.checkouts + sessions.purchases
    + sessions.sign_ups = 0 as is_bounce,
  sessions.views > 0 as has_view_item,
  sessions.cart_adds > 0 as has_add_to_cart,
  sessions.checkouts > 0 as has_begin_checkout,
  sessions.purchases > 0 as has_purchase,
  cast(coalesce(session_revenue.revenue, 0) as decimal(18,4)) as revenue,
  sessions.updated_at
from session_summary as sessions
join dim_device on dim_device.anonymous_id = sessions.anonymous_id
left join session_revenue
  on session_revenue.anonymous_id = sessions.anonymous_id
  and session_revenue.session_id = sessions.session_id
