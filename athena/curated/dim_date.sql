/*
model: dim_date
meaning: The calendar: whole years around everything in the lake, weeks after ISO 8601.
grain: one row per date
key: date
partition: none
inputs: customer_days
slice: all
columns:
  date date not_null | The UTC date.
  year bigint not_null | Calendar year.
  quarter bigint not_null in(1, 2, 3, 4) | Quarter, 1 to 4.
  month bigint not_null in(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) | Month, 1 to 12.
  iso_week bigint not_null | ISO week, 1 to 53; the first one holds the year's first Thursday.
  day_of_week bigint not_null in(1, 2, 3, 4, 5, 6, 7) | 1 = Monday to 7 = Sunday.
  is_weekend boolean not_null | Saturday or Sunday.
  month_start date not_null | First day of the month.
  week_start date not_null | Monday of the week.
  updated_at timestamp(6) | Always null: a date does not change.
*/
with bounds as (
  select
    cast(date_trunc('year', min(activity_date)) as date) as first_date,
    cast(date_trunc('year', max(activity_date)) + interval '1' year as date) as end_date
  from customer_days
),

digits as (
  select digit
  from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as list (digit)
),

-- Up to 273 years.
day_numbers as (
  select
    ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
    + 10000 * ten_thousands.digit as day_number
  from digits as ones
  cross join digits as tens
  cross join digits as hundreds
  cross join digits as thousands
  cross join digits as ten_thousands
),

dates as (
  select cast(bounds.first_date + day_numbers.day_number * interval '1' day as date) as date
  from bounds
  join day_numbers
    on day_numbers.day_number < date_diff('day', bounds.first_date, bounds.end_date)
)

select
  date,
  cast(year(date) as bigint) as year,
  cast(quarter(date) as bigint) as quarter,
  cast(month(date) as bigint) as month,
  cast(week(date) as bigint) as iso_week,
  cast(day_of_week(date) as bigint) as day_of_week,
  day_of_week(date) >= 6 as is_weekend,
  cast(date_trunc('month', date) as date) as month_start,
  cast(date_trunc('week', date) as date) as week_start,
  cast(null as timestamp(6)) as updated_at
from dates
