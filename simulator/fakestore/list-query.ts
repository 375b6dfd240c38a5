/**
 * `limit` and `sort` as the service reads them: a limit that is no number, or 0, limits nothing; `desc` sorts by id, and
 * nothing else can be sorted by.
 */
export function listed<Row extends { readonly id: number }>(
  rows: readonly Row[],
  query: URLSearchParams,
): readonly Row[] {
  const direction = query.get('sort') === 'desc' ? -1 : 1;
  const sorted = rows.toSorted((left, right) => direction * (left.id - right.id));
  const limit = Math.abs(Math.trunc(Number(query.get('limit'))));
  return limit > 0 ? sorted.slice(0, limit) : sorted;
}

const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;

/**
 * Rows with a date from `startdate` (inclusive, default 1970) to `enddate` (exclusive, default now). Rows without one,
 * as products and users, are not filtered. Null when a filter is no date.
 */
export function inDateRange<Row extends object>(
  rows: readonly Row[],
  query: URLSearchParams,
  nowMs: number,
): readonly Row[] | null {
  const startMs = boundMs(query.get('startdate'), 0);
  const endMs = boundMs(query.get('enddate'), nowMs);
  if (startMs === null || endMs === null) return null;
  return rows.filter((row) => {
    if (!('date' in row) || typeof row.date !== 'string') return true;
    const dateMs = Date.parse(row.date);
    return dateMs >= startMs && dateMs < endMs;
  });
}

function boundMs(text: string | null, defaultMs: number): number | null {
  if (text === null) return defaultMs;
  if (!DATE.test(text)) return null;
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const boundary = new Date(Date.UTC(year, month - 1, day));
  return boundary.getUTCMonth() === month - 1 && boundary.getUTCDate() === day ? boundary.getTime() : null;
}
