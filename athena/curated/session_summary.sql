/*
model: session_summary
meaning: What the events of a visit say by themselves, and from which event on each attribute is known.
grain: one row per device and session
key: anonymous_id, session_id
partition: session_date
inputs: stg_events
restrict: stg_events on anonymous_id, session_id within event_date of touched_sessions
slice: anonymous_id, session_id of touched_sessions
materialization: state
columns:
  anonymous_id varchar not_null | The device.
  session_id varchar not_null | The visit.
  session_date date not_null | UTC date of its first event.
  started_at timestamp(6) not_null | Its first event.
  ended_at timestamp(6) not_null | Its last event.
  events bigint not_null | Events other than ad_*.
  page_views bigint not_null | page_view events.
  views bigint not_null | view_item events.
  cart_adds bigint not_null | add_to_cart events.
  cart_removals bigint not_null | remove_from_cart events.
  checkouts bigint not_null | begin_checkout events.
  purchases bigint not_null | purchase events, repeated ones too.
  sign_ups bigint not_null | sign_up events.
  last_user_id varchar | The last user_id in it.
  campaign_id varchar | Its first campaign.
  landing_page varchar | Its first page_path.
  channel varchar | Its first channel.
  channel_time timestamp(6) | Time of the event that brought the channel.
  channel_event_id varchar | That event.
  country varchar | Its first country.
  country_time timestamp(6) | Time of the event that brought the country.
  country_event_id varchar | That event.
  device varchar | Its first kind of device.
  device_time timestamp(6) | Time of the event that brought the device.
  device_event_id varchar | That event.
  updated_at timestamp(6) not_null | Latest arrival among its events.
*/
-- A number for a place keeps the states of min_by small: texts in them would not spill.
with visitor_events as (
  select
    anonymous_id,
    session_id,
    event_id,
    event_time,
    event_type,
    arrival_time,
    user_id,
    campaign_id,
    page_path,
    channel,
    country,
    device,
    row_number() over (
      partition by anonymous_id, session_id
      order by event_time, event_id
    ) as place
  from stg_events
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend')
    and anonymous_id is not null
    and session_id is not null
)

select
  anonymous_id,
  session_id,
  cast(min(event_time) as date) as session_date,
  min(event_time) as started_at,
  max(event_time) as ended_at,
  count(*) as events,
  count(case when event_type = 'page_view' then 1 end) as page_views,
  count(case when event_type = 'view_item' then 1 end) as views,
  count(case when event_type = 'add_to_cart' then 1 end) as cart_adds,
  count(case when event_type = 'remove_from_cart' then 1 end) as cart_removals,
  count(case when event_type = 'begin_checkout' then 1 end) as checkouts,
  count(case when event_type = 'purchase' then 1 end) as purchases,
  count(case when event_type = 'sign_up' then 1 end) as sign_ups,
  max_by(user_id, case when user_id is not null then place end) as last_user_id,
  min_by(campaign_id, case when campaign_id is not null then place end) as campaign_id,
  min_by(page_path, case when page_path is not null then place end) as landing_page,
  min_by(channel, case when channel is not null then place end) as channel,
  min(case when channel is not null then event_time end) as channel_time,
  min_by(event_id, case when channel is not null then place end) as channel_event_id,
  min_by(country, case when country is not null then place end) as country,
  min(case when country is not null then event_time end) as country_time,
  min_by(event_id, case when country is not null then place end) as country_event_id,
  min_by(device, case when device is not null then place end) as device,
  min(case when device is not null then event_time end) as device_time,
  min_by(event_id, case when device is not null then place end) as device_event_id,
  max(arrival_time) as updated_at
from visitor_events
group by anonymous_id, session_id
