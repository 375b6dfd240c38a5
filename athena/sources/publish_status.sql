/*
model: publish_status
meaning: Whether the tables, as they stand, are those of one build. Runs write them one after another; on a laptop queries read published builds, which are always whole.
grain: exactly one row; none while it is being replaced
key: none
partition: none
materialization: source
origin: rows
columns:
  is_whole boolean not_null | Whether all tables are of one build, which passed its checks.
  status varchar not_null | whole; writing: a run is at work, or died at it; failed: a check or an error stopped the run, so its tables stand beside others.
  run_id varchar not_null | The run that wrote last.
  started_at timestamp(6) not_null | When it began, by the clock of the machine that ran it, as all times here.
  finished_at timestamp(6) | When it had written its tables, or failed; null while it writes.
  watermark timestamp(6) | Its watermark.
  whole_run_id varchar | The newest run that left the tables whole; null before the first.
  whole_at timestamp(6) | When it had: in Iceberg, tables read as of then are that build, whatever a later run does.
*/
