import type { ColumnInfo, Row } from '@aws-sdk/client-athena';
import type { SqlValue } from '../ports/sql-engine.ts';

const INTEGERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'integer', 'bigint']);
const FLOATS: ReadonlySet<string> = new Set(['double', 'float', 'real']);

/** The column's type as models declare it: `decimal(18,4)`, `timestamp(6)`; others as Athena names them. */
export function typeNameOf(column: ColumnInfo): string {
  const type = column.Type ?? 'varchar';
  if (type === 'decimal') return `decimal(${column.Precision ?? 38},${column.Scale ?? 0})`;
  return type === 'timestamp' ? 'timestamp(6)' : type;
}

/**
 * A row's cells in the port's terms. Athena sends text throughout: integers become number (bigint beyond 2^53),
 * floats number, booleans boolean, timestamps text with six places; decimals and dates stay text. A cell without text
 * is null (an empty string has one).
 */
export function cellsOf(row: Row, columns: readonly ColumnInfo[]): readonly SqlValue[] {
  return columns.map((column, index) => cellOf(row.Data?.[index]?.VarCharValue, column.Type ?? 'varchar'));
}

function cellOf(text: string | undefined, type: string): SqlValue {
  if (text === undefined) return null;
  if (INTEGERS.has(type)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  }
  if (FLOATS.has(type)) return Number(text);
  if (type === 'boolean') return text === 'true';
  return type === 'timestamp' ? withSixPlaces(text) : text;
}

/** `2026-01-31 10:15:00.12` -> `2026-01-31 10:15:00.120000`, so that text order is time order. */
function withSixPlaces(text: string): string {
  const [seconds = text, fraction = ''] = text.split('.');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}`;
}
