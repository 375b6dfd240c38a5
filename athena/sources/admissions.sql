/*
model: admissions
meaning: What backfills have let in: too-late events of a range of dates, as far as they had arrived by then.
grain: one row per backfill
key: none
partition: none
materialization: source
origin: rows
columns:
  from_date date not_null | First event date that it lets in.
  to_date date not_null | Last one, inclusive.
  arrived_until timestamp(6) not_null | Newest arrival that it lets in.
  run_id varchar not_null | The backfill.
*/
