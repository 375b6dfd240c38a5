import type { DateRange } from '../date-ranges.ts';
import { dateLiteral } from './literal.ts';
import type { Check, Model, Restriction, ScratchModel, Standing, TableModel } from './model.ts';
import { identifier } from './render-table.ts';

type Readable = Pick<TableModel | ScratchModel | Check, 'body'> & {
  readonly restrictions: readonly Restriction[];
  readonly standing?: readonly Standing[];
};

/** Dates in which a restricted input has to be read, for the literal bound that prunes it; null: no bound. */
export type BoundOf = (restriction: Restriction) => InputBound | null;
export interface InputBound {
  /** Date column of the input. */
  readonly column: string;
  readonly ranges: readonly DateRange[];
}

/** The SELECT as a full run sends it: every input whole, what stood before empty. */
export function wholeBody(model: Readable): string {
  const standing = new Map((model.standing ?? []).map((table) => [table.name, table]));
  return withInputs(model.body, (name) => {
    const table = standing.get(name);
    return table === undefined ? null : emptyRelation(table);
  });
}

/** The SELECT as an incremental run sends it: of each restricted input only the rows that concern what is touched. */
export function slicedBody(model: Readable, boundOf: BoundOf): string {
  const restrictions = new Map(model.restrictions.map((restriction) => [restriction.input, restriction]));
  return withInputs(model.body, (name) => {
    const restriction = restrictions.get(name);
    return restriction === undefined ? null : restrictedInput(restriction, boundOf(restriction));
  });
}

/**
 * Writes another relation in place of the tables that a SELECT names behind FROM and JOIN, under the same alias. One
 * pass, so that what is written in is not looked at again.
 */
export function withInputs(body: string, relationOf: (name: string) => string | null): string {
  return body.replace(
    /\b(from|join)(\s+)([a-z_][a-z0-9_]*)\b(?!\s*[.(])(\s+as\s+[a-z_][a-z0-9_]*)?/g,
    (text, word: string, space: string, name: string, alias: string | undefined) => {
      const relation = relationOf(name);
      return relation === null ? text : `${word}${space}(${relation})${alias ?? ` as ${name}`}`;
    },
  );
}

/** Rows of a table whose slice is touched. */
export function renderTouchedRows(
  table: Pick<TableModel, 'name'>,
  keys: { readonly touched: string; readonly columns: readonly string[] },
  bound: InputBound | null,
): string {
  const on = keys.columns.map((column) => ({ column, key: column }));
  return restrictedInput({ input: table.name, on, within: null, touched: keys.touched }, bound);
}

/** The distinct ranges in which an input of dates is touched, as first and last. */
export function renderTouchedDates(touched: string, first: string, last: string): string {
  return `select distinct cast(${first} as varchar) as first_date, cast(${last} as varchar) as last_date
from ${touched}
where ${first} is not null`;
}

/** Which bound a restriction gives for its input, before the dates are known; null: none that prunes. */
export function boundColumns(
  { on, within }: Restriction,
  input: Model | undefined,
): { readonly column: string; readonly first: string; readonly last: string } | null {
  if (within !== null) return { column: within, first: 'first_date', last: 'last_date' };
  const partition = input?.kind === 'table' ? input.partition : { kind: 'none' as const };
  if (partition.kind === 'none') return null;
  const key = on.find(({ column }) => column === partition.column)?.key;
  return key === undefined ? null : { column: partition.column, first: key, last: key };
}

/** A condition that holds exactly on the dates; false for none. */
export function renderBound({ column, ranges }: InputBound, alias: string): string {
  if (ranges.length === 0) return 'false';
  const parts = ranges.map(({ first, last }) =>
    first === last
      ? `${alias}.${column} = ${dateLiteral(first)}`
      : `${alias}.${column} between ${dateLiteral(first)} and ${dateLiteral(last)}`,
  );
  return parts.length === 1 ? (parts[0] ?? 'false') : `(${parts.join(' or ')})`;
}

function restrictedInput({ input, on, touched }: Restriction, bound: InputBound | null): string {
  const where = bound === null ? '' : `\n  where ${renderBound(bound, 'restricted')}`;
  if (on.length === 0) return `select restricted.* from ${input} as restricted${where}`;
  const keys = [...new Set(on.map(({ key }) => key))];
  const equal = on.map(({ column, key }) => `touched_keys.${key} = restricted.${column}`);
  return `select restricted.*
  from ${input} as restricted
  join (select distinct ${keys.join(', ')} from ${touched}) as touched_keys
    on ${equal.join(' and ')}${where}`;
}

function emptyRelation({ columns }: Standing): string {
  const nulls = columns.map((column) => `cast(null as ${column.type}) as ${identifier(column.name)}`);
  return `select ${nulls.join(', ')} where false`;
}
