import type { SqlValue } from '../../../lambdas/ports/sql-engine.ts';

export interface Column {
  readonly name: string;
  /** As the SQL engine names it: `decimal(18,4)`, `timestamp(6)`, `bigint`. */
  readonly type: string;
}

export type Row = readonly SqlValue[];

const TIMESTAMP = /^timestamp/i;
const NUMBER = /^(u?(tiny|small|big|huge)?int(eger)?|double|float|real|decimal)/i;

export function isNumeric(column: Column): boolean {
  return NUMBER.test(column.type);
}

export function isTimestamp(column: Column): boolean {
  return TIMESTAMP.test(column.type);
}

/** `2026-10-17 08:00:00.123456` (or with ` UTC`) as `2026-10-17T08:00:00.123456Z`; other texts as they are. */
export function isoTimestamp(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?: UTC)?$/.exec(text);
  return match === null ? text : `${match[1]}T${match[2]}Z`;
}

/** The text of a cell that is not null: decimals with their scale, times ISO 8601 with Z. */
export function cellText(value: Exclude<SqlValue, null>, column: Column): string {
  return typeof value === 'string' && isTimestamp(column) ? isoTimestamp(value) : String(value);
}
