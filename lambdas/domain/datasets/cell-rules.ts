import { parseEventTime, TIME_PATTERN } from '../events/event-time.ts';
import { DECIMAL_PATTERN, MAX_AMOUNT_UNITS, toUnits } from '../events/money.ts';
import type { Breach } from '../events/rejection.ts';
import type { Dataset, DatasetColumn } from './dataset.ts';

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

/**
 * The first rule that a row breaks, or null.
 *
 * @param values a text per column of the dataset, in its order; null for an empty or absent one
 */
export function rowBreach(dataset: Dataset, values: readonly (string | null)[]): Breach | null {
  let at = 0;
  for (const column of dataset.columns) {
    const value = values[at] ?? null;
    at += 1;
    if (value === null) {
      if (column.isRequired) return invalid(column, 'is empty');
      continue;
    }
    const words = cellProblem(column, value);
    if (words !== null) return invalid(column, words);
  }
  return null;
}

function cellProblem(column: DatasetColumn, value: string): string | null {
  switch (column.type) {
    case 'text':
      return textProblem(column, value);
    case 'integer':
      return integerProblem(column, value);
    case 'money':
      return moneyProblem(value);
    case 'time':
      return timeProblem(value);
    case 'list':
      return null;
  }
}

function textProblem({ pattern, values }: DatasetColumn, value: string): string | null {
  if (value.includes('\0') || !value.isWellFormed()) return 'holds NUL or half a surrogate pair';
  if (values !== undefined && !values.has(value)) return 'holds none of the allowed values';
  if (pattern !== undefined && !pattern.expression.test(value)) return `must be ${pattern.words}`;
  return null;
}

function integerProblem({ range }: DatasetColumn, value: string): string | null {
  if (!INTEGER.test(value)) return 'must be a whole number';
  if (range === undefined) return null;
  const number = Number(value);
  return number < range[0] || number > range[1] ? `must be ${range[0]} to ${range[1]}` : null;
}

function moneyProblem(value: string): string | null {
  if (!DECIMAL_PATTERN.test(value)) return 'must be a decimal from 0 with a point and at most 4 places';
  return (toUnits(value) ?? 0) > MAX_AMOUNT_UNITS ? 'is above 999999999.9999' : null;
}

function timeProblem(value: string): string | null {
  if (!TIME_PATTERN.test(value)) return 'must be a time with its zone, such as 2026-01-31T10:15:00Z';
  return parseEventTime(value) === null ? 'names no time of the calendar' : null;
}

function invalid(column: DatasetColumn, words: string): Breach {
  return { reason: 'invalid_field', detail: `${column.name} ${words}` };
}
