/*
model: check_results
meaning: What the checks of the last 100 runs found, failed runs among them.
grain: one row per run and check
key: none
partition: none
materialization: source
origin: rows
columns:
  run_id varchar not_null | The run.
  check_name varchar not_null | The check: its file under athena/checks/; or the test of a column, <table>_<column>_<in, unique or references>.
  severity varchar not_null | error: bad rows stop the run and nothing is published; warn: they are told.
  bad_rows bigint not_null | How many bad rows it found.
  examples varchar not_null | Up to ten of them as a JSON array of objects by column; people are not named.
  meaning varchar not_null | What a bad row means.
  started_at timestamp(6) not_null | When the run began, by the clock of the machine that ran it.
*/
