import type { SqlValue } from '../../../lambdas/ports/sql-engine.ts';
import { type Column, cellText, type Row } from './cells.ts';

/**
 * A row as one JSON object. Decimals are texts (a JSON number becomes a double in most readers, and money must stay
 * exact), so are integers beyond 2^53; times are ISO 8601 with Z. Of equal column names the later get `_2`, `_3`.
 */
export function jsonRow(row: Row, columns: readonly Column[]): string {
  const names = uniqueNames(columns.map((column) => column.name));
  const members = columns.map(
    (column, index) => `${JSON.stringify(names[index])}:${jsonValue(row[index] ?? null, column)}`,
  );
  return `{${members.join(',')}}`;
}

function jsonValue(value: SqlValue, column: Column): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  return JSON.stringify(cellText(value, column));
}

/** `a, a, b` as `a, a_2, b`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let next = 2; seen.has(unique) || (unique !== name && taken.has(unique)); next += 1) {
      unique = `${name}_${next}`;
    }
    seen.add(unique);
    return unique;
  });
}
