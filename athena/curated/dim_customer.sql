/*
model: dim_customer
meaning: Customers: people, and devices on which nobody signed in.
grain: one row per customer of an event, an order or the store API's users
key: customer_id
partition: none
inputs: device_days, dim_device, fct_orders, stg_users
restrict: device_days on anonymous_id of touched_customer_devices; fct_orders on customer_id of touched_customers
slice: customer_id of touched_customers
columns:
  customer_id varchar not_null | u: and the user_id, or a: and the anonymous_id.
  first_seen_at timestamp(6) | Earliest event or order; null for a user who did neither.
  first_order_at timestamp(6) | Earliest order.
  sign_up_at timestamp(6) | Earliest sign_up event, else when the store API's user was created.
  country varchar | Latest known country of the events, else the user's.
  first_channel varchar in(direct, organic_search, paid_search, social, email, referral, affiliate, display, other) | Earliest known channel.
  first_campaign_id varchar | Earliest known campaign.
  devices bigint not_null | Devices on which the customer's events happened.
  email_hash varchar | Keyed hash of the e-mail address, from the store API.
  is_synthetic boolean not_null | Whether the row stands on data that were made up (the store API's users).
  updated_at timestamp(6) | Latest arrival among the events, orders and the user's version.
*/
with customer_events as (
  select
    coalesce('u:' || nullif(days.user_key, ''), dim_device.customer_id) as customer_id,
    days.anonymous_id,
    days.first_event_at,
    days.sign_up_at,
    days.country,
    case
      when days.country is not null then row(days.country_time, days.country_event_id)
    end as country_place,
    days.channel,
    case
      when days.channel is not null then row(days.channel_time, days.channel_event_id)
    end as channel_place,
    days.campaign_id,
    case
      when days.campaign_id is not null then row(days.campaign_time, days.campaign_event_id)
    end as campaign_place,
    days.updated_at
  from device_days as days
  join dim_device on dim_device.anonymous_id = days.anonymous_id
),

event_facts as (
  select
    customer_id,
    min(first_event_at) as first_event_at,
    min(sign_up_at) as sign_up_at,
    max_by(country, country_place) as country,
    min_by(channel, channel_place) as first_channel,
    min_by(campaign_id, campaign_place) as first_campaign_id,
    count(distinct anonymous_id) as devices,
    max(updated_at) as updated_at
  from customer_events
  group by customer_id
),

order_facts as (
  select
    customer_id,
    min(ordered_at) as first_order_at,
    max(updated_at) as updated_at
  from fct_orders
  group by customer_id
),

ranked_users as (
  select
    id,
    valid_from,
    email_hash,
    country,
    created_at,
    row_number() over (partition by id order by valid_from desc) as age_rank
  from stg_users
),

users as (
  select
    'u:fakestore-' || id as customer_id,
    valid_from as updated_at,
    email_hash,
    country,
    created_at
  from ranked_users
  where age_rank = 1
),

arrivals as (
  select customer_id, updated_at from event_facts
  union all
  select customer_id, updated_at from order_facts
  union all
  select customer_id, updated_at from users
),

customers as (
  select
    customer_id,
    max(updated_at) as updated_at
  from arrivals
  group by customer_id
)

select
  customers.customer_id,
  case
    when order_facts.first_order_at < event_facts.first_event_at then order_facts.first_order_at
    else coalesce(event_facts.first_event_at, order_facts.first_order_at)
  end as first_seen_at,
  order_facts.first_order_at,
  coalesce(event_facts.sign_up_at, users.created_at) as sign_up_at,
  coalesce(event_facts.country, users.country) as country,
  event_facts.first_channel,
  event_facts.first_campaign_id,
  coalesce(event_facts.devices, 0) as devices,
  users.email_hash,
  users.customer_id is not null as is_synthetic,
  customers.updated_at
from customers
left join event_facts on event_facts.customer_id = customers.customer_id
left join order_facts on order_facts.customer_id = customers.customer_id
left join users on users.customer_id = customers.customer_id
