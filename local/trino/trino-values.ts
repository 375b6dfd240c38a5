import type { SqlValue } from '../../lambdas/ports/sql-engine.ts';

/**
 * A cell of Trino's JSON in the port's terms: decimals, dates and timestamps are text already, with all their places;
 * doubles that JSON does not know come as text. Counts beyond 2^53 are rounded by the client's JSON: a query that needs
 * them casts to varchar. Throws TypeError for nested values, which no table of ours holds.
 */
export function cellOf(value: unknown, type: string): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return type === 'double' || type === 'real' ? Number(value) : value;
  throw new TypeError(`Trino gave a ${typeof value} for a column of type ${type}: cast it to varchar`);
}

/** `varchar(12)`, which Trino gives to literals, is varchar to us. */
export function typeNameOf(type: string): string {
  return type.startsWith('varchar') ? 'varchar' : type;
}
