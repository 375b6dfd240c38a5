/*
check: freshness_error
severity: error
meaning: The newest arrival of a source is older than its limit for an error.
inputs: freshness_limits, ledger
*/
with arrivals as (
  select
    source,
    max(max_arrival_time) as newest_arrival_time
  from ledger
  group by source
),

newest as (
  select max(newest_arrival_time) as arrival_time
  from arrivals
),

aged as (
  select
    freshness_limits.source,
    arrivals.newest_arrival_time,
    coalesce(freshness_limits.as_of, newest.arrival_time) as as_of,
    freshness_limits.warn_after_s,
    freshness_limits.error_after_s,
    cast(
      round(
        (
          to_unixtime(coalesce(freshness_limits.as_of, newest.arrival_time))
          - to_unixtime(arrivals.newest_arrival_time)
        ) * 1e6
      ) as bigint
    ) as age_us
  from freshness_limits
  join arrivals on arrivals.source = freshness_limits.source
  cross join newest
)

select
  source,
  newest_arrival_time,
  as_of,
  age_us / 1000000 as age_s,
  error_after_s
from aged
where age_us > error_after_s * 1000000
