/*
check: finality_follows_watermark
severity: error
meaning: A day of sales is final before the watermark has passed its end, or not final after; or batches of events have landed and there is no watermark.
inputs: lake_state, ledger, daily_sales
*/
with batches as (
  select cast(count(*) as bigint) as landed
  from ledger
  where source = 'events'
)

select
  daily_sales.sale_date,
  daily_sales.is_final,
  lake_state.watermark,
  cast(count(*) as bigint) as sales_rows
from daily_sales
cross join lake_state
where daily_sales.is_final <> coalesce(
    cast(daily_sales.sale_date + interval '1' day as timestamp(6)) <= lake_state.watermark,
    false
  )
group by daily_sales.sale_date, daily_sales.is_final, lake_state.watermark
union all
select
  cast(null as date) as sale_date,
  false as is_final,
  lake_state.watermark,
  cast(0 as bigint) as sales_rows
from lake_state
cross join batches
where lake_state.watermark is null and batches.landed > 0
