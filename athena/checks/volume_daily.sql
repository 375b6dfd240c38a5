/*
check: volume_daily
severity: warn
meaning: On the newest day that is over, less than half or more than three times the usual number of events arrived (median of the 14 days before, at least 100 events on 10 of them), in all or of one type.
inputs: stg_events
*/
-- Counted before anything is joined: a plan may keep the larger side of such a join in memory.
with newest as (
  select cast(max(arrival_time) as date) as arrival_date
  from stg_events
),

-- What lies long before its arrival is history of another system.
days as (
  select
    events.event_type as series,
    cast(events.arrival_time as date) as arrival_date,
    count(*) as events
  from stg_events as events
  cross join newest
  where events.event_date >= cast(newest.arrival_date - interval '22' day as date)
  group by events.event_type, cast(events.arrival_time as date)
),

arrived as (
  select
    days.series,
    days.arrival_date,
    days.events
  from days
  cross join newest
  where days.arrival_date >= cast(newest.arrival_date - interval '15' day as date)
    and days.arrival_date < newest.arrival_date
),

series_days as (
  select
    series,
    arrival_date,
    events
  from arrived
  union all
  select
    'all' as series,
    arrival_date,
    cast(sum(events) as bigint) as events
  from arrived
  group by arrival_date
),

judged as (
  select
    series_days.series,
    series_days.arrival_date,
    series_days.events,
    cast(newest.arrival_date - interval '1' day as date) as judged_date
  from series_days
  cross join newest
),

-- Days without arrivals are among the smallest of the 14.
ranked as (
  select
    series,
    judged_date,
    events,
    count(*) over (partition by series) as days,
    row_number() over (partition by series order by events, arrival_date) as place
  from judged
  where arrival_date < judged_date
),

usual as (
  select
    series,
    judged_date,
    max(days) as days,
    cast(
      sum(case when place + 14 - days in (7, 8) then events else 0 end) as bigint
    ) as twice_median
  from ranked
  group by series, judged_date
)

select
  usual.series,
  usual.judged_date as arrival_date,
  coalesce(judged.events, 0) as events,
  cast(usual.twice_median as double) / 2 as median_events
from usual
left join judged
  on judged.series = usual.series
  and judged.arrival_date = usual.judged_date
where usual.days >= 10
  and usual.twice_median >= 200
  and (
    coalesce(judged.events, 0) * 4 < usual.twice_median
    or coalesce(judged.events, 0) * 2 > usual.twice_median * 3
  )
