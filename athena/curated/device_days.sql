/*
model: device_days
meaning: What each device did on each day, under each user; every customer model builds on it.
grain: one row per device, user_id (or none) and date with an event other than ad_*
key: anonymous_id, event_date, user_key
partition: event_date
inputs: stg_events
restrict: stg_events on anonymous_id, event_date of touched_device_days
slice: anonymous_id, event_date of touched_device_days
materialization: state
columns:
  anonymous_id varchar not_null | The device.
  event_date date not_null | The UTC date.
  user_key varchar not_null | The user_id of the events; empty for events without one.
  events bigint not_null | Events, ad_* aside.
  first_event_at timestamp(6) not_null | The first of them.
  last_event_at timestamp(6) not_null | The last of them.
  last_event_id varchar not_null | Which one that is, by (event_time, event_id).
  sign_up_at timestamp(6) | The first sign_up.
  country varchar | The last country.
  country_time timestamp(6) | Time of the event that brought it.
  country_event_id varchar | That event.
  channel varchar | The first channel.
  channel_time timestamp(6) | Time of the event that brought it.
  channel_event_id varchar | That event.
  campaign_id varchar | The first campaign.
  campaign_time timestamp(6) | Time of the event that brought it.
  campaign_event_id varchar | That event.
  updated_at timestamp(6) not_null | Latest arrival among the events.
*/
-- A number for a place keeps the states of min_by small: texts in them would not spill.
with visitor_events as (
  select
    anonymous_id,
    event_date,
    coalesce(user_id, '') as user_key,
    event_id,
    event_time,
    event_type,
    arrival_time,
    country,
    channel,
    campaign_id,
    row_number() over (
      partition by anonymous_id, event_date, user_id
      order by event_time, event_id
    ) as place
  from stg_events
  where event_type not in ('ad_impression', 'ad_click', 'ad_spend') and anonymous_id is not null
)

select
  anonymous_id,
  event_date,
  user_key,
  count(*) as events,
  min(event_time) as first_event_at,
  max(event_time) as last_event_at,
  max_by(event_id, place) as last_event_id,
  min(case when event_type = 'sign_up' then event_time end) as sign_up_at,
  max_by(country, case when country is not null then place end) as country,
  max(case when country is not null then event_time end) as country_time,
  max_by(event_id, case when country is not null then place end) as country_event_id,
  min_by(channel, case when channel is not null then place end) as channel,
  min(case when channel is not null then event_time end) as channel_time,
  min_by(event_id, case when channel is not null then place end) as channel_event_id,
  min_by(campaign_id, case when campaign_id is not null then place end) as campaign_id,
  min(case when campaign_id is not null then event_time end) as campaign_time,
  min_by(event_id, case when campaign_id is not null then place end) as campaign_event_id,
  max(arrival_time) as updated_at
from visitor_events
group by anonymous_id, event_date, user_key
