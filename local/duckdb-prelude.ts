/**
 * Settings and macros that give DuckDB Trino's spellings and NULL rules, so that one SQL text has one meaning on both.
 * A macro may shadow a built-in function; inside it, `system.main.f` is the built-in one. They are temporary macros:
 * they live in the connection, so they also work on a file that is open for reading only, and never enter the file.
 */
const SETTINGS: readonly string[] = [`set timezone = 'UTC'`, 'set integer_division = true'];

const MACROS: readonly string[] = [
  // Times. date_diff counts full elapsed units in Trino, boundaries crossed in DuckDB.
  'date_diff(part, a, b) as date_sub(part, a, b)',
  `from_iso8601_timestamp(s) as date_trunc('milliseconds', cast(s as timestamptz))`,
  'from_iso8601_timestamp_nanos(s) as cast(s as timestamptz)',
  'from_iso8601_date(s) as cast(s as date)',
  'day_of_week(d) as isodow(d)',
  'year_of_week(d) as isoyear(d)',
  `date_format(t, f) as strftime(t, replace(replace(f, '%i', '%M'), '%s', '%S'))`,
  'to_unixtime(t) as epoch(t)',

  // Texts. No match is NULL in Trino, '' in DuckDB; regexp_replace replaces all in Trino, the first in DuckDB.
  'regexp_like(s, p) as regexp_matches(s, p)',
  `regexp_replace(s, p) as system.main.regexp_replace(s, p, '', 'g'),
     (s, p, r) as system.main.regexp_replace(s, p, r, 'g')`,
  `regexp_extract(s, p) as case when regexp_matches(s, p) then system.main.regexp_extract(s, p) end,
     (s, p, g) as case when regexp_matches(s, p) then system.main.regexp_extract(s, p, g) end`,
  'split_part(s, d, i) as case when i <= len(string_split(s, d)) then system.main.split_part(s, d, i) end',
  'concat(a, b) as a || b, (a, b, c) as a || b || c, (a, b, c, d) as a || b || c || d',
  'to_utf8(s) as encode(s)',
  'sha256(b) as unhex(system.main.sha256(b))',
  'md5(b) as unhex(system.main.md5(decode(b)))',

  // NULL in greatest and least makes the result NULL in Trino; DuckDB ignores it.
  `greatest(a, b) as case when a is null or b is null then null else system.main.greatest(a, b) end,
     (a, b, c) as case
       when a is null or b is null or c is null then null else system.main.greatest(a, b, c) end`,
  `least(a, b) as case when a is null or b is null then null else system.main.least(a, b) end,
     (a, b, c) as case
       when a is null or b is null or c is null then null else system.main.least(a, b, c) end`,

  // Aggregates. max_by gives the NULL of the extreme row in Trino; DuckDB skips it.
  'max_by(x, y) as arg_max_null(x, y)',
  'min_by(x, y) as arg_min_null(x, y)',
  'approx_distinct(x) as count(distinct x)',
  'map_agg(k, v) as map_from_entries(list((k, v)))',

  // Arrays, JSON, numbers.
  'element_at(a, i) as a[i]',
  'cardinality(a) as len(a)',
  'sequence(a, b) as generate_series(a, b), (a, b, c) as generate_series(a, b, c)',
  `json_extract_scalar(j, p) as case when json_valid(j) then
     case when json_type(j, p) in ('OBJECT', 'ARRAY') then null else json_extract_string(j, p) end end`,
  `nan() as cast('NaN' as double)`,
  'is_nan(x) as isnan(x)',
];

/** Statements that each new connection runs first. */
export const DUCKDB_PRELUDE: readonly string[] = [
  ...SETTINGS,
  ...MACROS.map((macro) => `create or replace temp macro ${macro}`),
];
