import type { Check, Model, Restriction } from './model.ts';

/** A column that a slice or restriction names and that is not there, or is of another type. */
export interface SliceProblem {
  readonly field: 'slice' | 'restrict';
  readonly problem: string;
}

type TypeOf = (table: string, column: string) => string | undefined;

/**
 * Whether the columns by which an incremental run finds rows stand on both sides, and are of one type: a run would find
 * out only when it is the first incremental one. Null: all is well.
 */
export function sliceProblem(user: Model | Check, byName: ReadonlyMap<string, Model>): SliceProblem | null {
  const typeOf: TypeOf = (table, column) =>
    byName.get(table)?.columns.find(({ name }) => name === column)?.type;
  if ('slice' in user && user.slice.kind === 'keys') {
    const { touched, columns } = user.slice;
    for (const column of columns) {
      const problem = unlike([user.name, column], [touched, column], typeOf);
      if (problem !== null) return { field: 'slice', problem };
    }
  }
  for (const restriction of user.restrictions) {
    const problem = restrictionProblem(restriction, typeOf);
    if (problem !== null) return { field: 'restrict', problem };
  }
  return null;
}

function restrictionProblem({ input, on, within, touched }: Restriction, typeOf: TypeOf): string | null {
  for (const { column, key } of on) {
    const problem = unlike([input, column], [touched, key], typeOf);
    if (problem !== null) return problem;
  }
  if (within === null) return null;
  if (typeOf(input, within) !== 'date') return `${input}.${within} is no date column`;
  const absent = ['first_date', 'last_date'].find((column) => typeOf(touched, column) !== 'date');
  return absent === undefined ? null : `${touched} has no date column ${absent}, which within asks for`;
}

function unlike(
  left: readonly [string, string],
  right: readonly [string, string],
  typeOf: TypeOf,
): string | null {
  const [leftType, rightType] = [typeOf(...left), typeOf(...right)];
  if (leftType === undefined) return `${left[0]} has no column "${left[1]}"`;
  if (rightType === undefined) return `${right[0]} has no column "${right[1]}"`;
  return leftType === rightType
    ? null
    : `${left.join('.')} is ${leftType}, and ${right.join('.')} ${rightType}`;
}
