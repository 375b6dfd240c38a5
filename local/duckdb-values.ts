import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  type DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { SqlValue } from '../lambdas/ports/sql-engine.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A chunk's rows in the port's terms: decimals as text with their full scale, dates `YYYY-MM-DD`, timestamps
 * `YYYY-MM-DD HH:MM:SS.ffffff`, integers as number (bigint beyond 2^53), bytes as lower-case hex, nested values as JSON.
 */
export function chunkRows(chunk: DuckDBDataChunk): SqlValue[][] {
  const rows: SqlValue[][] = Array.from({ length: chunk.rowCount }, () => []);
  for (let column = 0; column < chunk.columnCount; column += 1) {
    chunk.visitColumnValues(column, (value, row) => {
      rows[row]?.push(sqlValue(value));
    });
  }
  return rows;
}

/** The type's name as models declare it (`decimal(18,4)`, `timestamp(6)`); others as DuckDB names them, lower case. */
export function typeName(type: DuckDBType): string {
  if (type.typeId === DuckDBTypeId.TIMESTAMP) return 'timestamp(6)';
  if (type.typeId === DuckDBTypeId.SQLNULL) return 'varchar';
  return String(type).toLowerCase();
}

function sqlValue(value: DuckDBValue): SqlValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  ) {
    return value;
  }
  if (typeof value === 'bigint') return safeInteger(value);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros) ?? value.toString();
  if (value instanceof DuckDBTimestampTZValue) {
    const text = timestampText(value.micros);
    return text === null ? value.toString() : `${text} UTC`;
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return isNested(value) ? JSON.stringify(jsonOf(value)) : value.toString();
}

function safeInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Always six places, so that text order is time order; null for infinity and years that four digits cannot hold. */
function timestampText(micros: bigint): string | null {
  const remainder = ((micros % 1000n) + 1000n) % 1000n;
  const ms = Number((micros - remainder) / 1000n);
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null;
  return `${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}${String(remainder).padStart(3, '0')}`;
}

const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

type NestedValue = DuckDBListValue | DuckDBArrayValue | DuckDBStructValue | DuckDBMapValue | DuckDBUnionValue;

function isNested(value: DuckDBValue): value is NestedValue {
  return (
    value instanceof DuckDBListValue ||
    value instanceof DuckDBArrayValue ||
    value instanceof DuckDBStructValue ||
    value instanceof DuckDBMapValue ||
    value instanceof DuckDBUnionValue
  );
}

function jsonOf(value: DuckDBValue): Json {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(jsonOf);
  if (value instanceof DuckDBStructValue) return objectOf(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    return objectOf(value.entries.map((entry) => [String(sqlValue(entry.key)), entry.value]));
  }
  if (value instanceof DuckDBUnionValue) return jsonOf(value.value);
  const scalar = sqlValue(value);
  return typeof scalar === 'bigint' ? String(scalar) : scalar;
}

function objectOf(entries: readonly (readonly [string, DuckDBValue])[]): Json {
  return Object.fromEntries(entries.map(([key, value]) => [key, jsonOf(value)]));
}
