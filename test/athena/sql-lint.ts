/** What the SQL under athena/ may not say: DuckDB runs it, Athena would refuse it or answer otherwise. */

export interface Finding {
  readonly line: number;
  readonly message: string;
}

/**
 * Functions and sized types that were seen to agree on Trino 476 and DuckDB (with its prelude); upper() on ASCII alone,
 * such as a time: letters like ß differ.
 */
const KNOWN_FUNCTIONS = new Set(
  (
    'abs bool_and cast coalesce concat_ws count date_diff date_trunc day_of_week decimal ' +
    'from_iso8601_timestamp_nanos greatest json_extract_scalar lag lead length lower max max_by min min_by month ' +
    'nullif quarter round row row_number split_part sum timestamp to_unixtime try try_cast upper week year'
  ).split(' '),
);

/** Only in the Trino text of a source that has a text per dialect. */
const TRINO_FUNCTIONS = new Set(['unnest', 'array', 'json_parse']);

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bqualify\b/, 'QUALIFY: filter on a row_number() in a CTE'],
  [/\bgroup by all\b|\border by all\b/, 'ALL: name the columns'],
  [/\bexclude\b|\breplace\s*\(/, 'EXCLUDE and REPLACE: list the columns'],
  [/\bilike\b|\bcollate\b|\bglob\b/, 'ILIKE, COLLATE, GLOB: compare lower(...)'],
  [/\bnatural\b|\basof\b|\bpositional\b|\bsemi\b|\banti\b/, 'a join that Trino does not know'],
  [/\bignore nulls\b|\brespect nulls\b/, 'IGNORE NULLS stands at different places: use min_by or max_by'],
  [/\brecursive\b/, 'a recursive CTE: Trino stops at depth 10'],
  [/::/, '::, write cast(... as ...)'],
  [/\[/, 'a subscript or list literal differs between engines'],
  [/->/, 'a lambda'],
  [/\bas timestamp\b(?!\()/, 'a timestamp without (6) drops microseconds in Trino'],
  [/\bwith time zone\b/, 'columns are UTC timestamp(6)'],
  [/\bdate_diff\(\s*'(?!day')/, "date_diff other than of whole days ('day', of dates) counts otherwise"],
  [/\binterval '[^']*' (?!second\b|hour\b|day\b|month\b|year\b)/, 'an interval of another unit'],
  [/\binterval \d/, "an interval is written interval '7' day"],
  [/\bcurrent_(?:date|time|timestamp)\b|\bnow\(|\brandom\(|\buuid\(/, 'a clock or chance in a model'],
  [/\blimit\b|\bfetch first\b|\btablesample\b|\busing sample\b/, 'LIMIT: which rows stay is chance'],
  [/\bpivot\b|\bunpivot\b|\bsummarize\b/, 'PIVOT, UNPIVOT, SUMMARIZE'],
  [/\bvarchar\(/, 'varchar(n) cuts in Trino only'],
  [/\bselect \*(?!,)\s*$|\bselect \* from\b/m, 'select *: list the columns'],
  [/==|\bis not true\b|\bis true\b/, '== and IS TRUE'],
  [/\/\/|\bdiv\b/, '// and DIV: / of two integers is whole in both'],
  [/[A-Z]/, 'upper case'],
  [/\t/, 'a tab'],
  [/;/, 'a semicolon'],
];

/** Window functions whose answer depends on the order: without one it is chance. */
const ORDERED_WINDOW = /\b(row_number|lag|lead|rank|dense_rank|ntile|first_value|last_value|nth_value)\(/g;

/**
 * Findings in the SQL of a file: header, comments and texts in quotes do not count. Of a source with a text per
 * dialect, only the Trino text is read.
 */
export function lintSql(text: string): readonly Finding[] {
  const sql = blankOut(text);
  const isPerDialect = text.includes('\n-- dialect: trino\n');
  const findings: Finding[] = [];
  const report = (index: number, message: string): void => {
    findings.push({ line: text.slice(0, index).split('\n').length, message });
  };
  for (const [pattern, message] of FORBIDDEN) {
    for (const match of sql.matchAll(new RegExp(pattern, `g${pattern.flags}`))) report(match.index, message);
  }
  for (const match of sql.matchAll(/\b([a-z_][a-z0-9_]*)\(/g)) {
    const name = match[1] ?? '';
    if (KNOWN_FUNCTIONS.has(name) || (isPerDialect && TRINO_FUNCTIONS.has(name))) continue;
    report(
      match.index,
      `${name}(): nobody has seen it agree on both engines (sql-lint.ts lists what has been)`,
    );
  }
  for (const match of sql.matchAll(ORDERED_WINDOW)) {
    const clause = windowOf(sql, match.index);
    if (clause !== null && !clause.includes('order by'))
      report(match.index, `${match[1]}() without ORDER BY`);
  }
  for (const [index, line] of text.split('\n').entries()) {
    const isBody = sql.split('\n')[index]?.trim() !== '';
    if (isBody && line.length > 100)
      findings.push({ line: index + 1, message: 'a line of more than 100 characters' });
  }
  return findings;
}

/** Blanks, not cuts, so that places keep their numbers. An empty text in quotes stays, for patterns that need one. */
function blankOut(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  const inQuotes = (part: string): string =>
    /^'(?:\d+|day|[a-z]+)'$/.test(part) ? part : `'${' '.repeat(Math.max(0, part.length - 2))}'`;
  return text
    .replace(/\/\*[\s\S]*?\*\//, blank)
    .replace(/-- dialect: duckdb\n[\s\S]*?(?=-- dialect: trino\n)/, blank)
    .replace(/--[^\n]*/g, blank)
    .replace(/"[^"]*"/g, blank)
    .replace(/'[^']*'/g, inQuotes);
}

/** What stands in `over (...)` behind the call at an index; null for `over name`. */
function windowOf(sql: string, index: number): string | null {
  const over = /\)\s+over\s+(?:\(|[a-z_]+)/g;
  over.lastIndex = index;
  const start = over.exec(sql);
  if (start === null || !start[0].endsWith('(')) return null;
  let depth = 1;
  let end = start.index + start[0].length;
  const from = end;
  while (depth > 0 && end < sql.length) {
    if (sql[end] === '(') depth += 1;
    if (sql[end] === ')') depth -= 1;
    end += 1;
  }
  return sql.slice(from, end);
}
