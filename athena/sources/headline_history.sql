/*
model: headline_history
meaning: What reports could show of each day that was over: headline numbers with every change since, and the run that made it. It is kept, not derived: a rebuild leaves it alone.
grain: one row per subject, item, date, measure and run in which the number, or whether it is final, became another
key: none
partition: none
materialization: source
origin: history
columns:
  run_id varchar not_null | The run.
  recorded_at timestamp(6) not_null | When the run began, by the clock of the machine that ran it.
  record_number bigint not_null | Place of the run among those that recorded anything, from 1.
  run_reason varchar not_null | Why the run had something to do.
  subject varchar not_null | The table: daily_sales, or funnel_daily at breakdown none.
  item varchar not_null | all for daily_sales; funnel and unit kind, shop/customer, for funnel_daily.
  report_date date not_null | The sale date or the entry date.
  measure varchar not_null | orders, units, gross, discount, refunds or net; entered, or reached_ and a step.
  value decimal(18,4) | The number from this run on; null when the table no longer has the date.
  is_final boolean not_null | Whether the table called it final.
*/
