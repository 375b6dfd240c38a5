import { type Column, type ColumnTest, type Model, ModelError, SEVERITIES, type Severity } from './model.ts';

/** What stands between a column's type and its meaning. */
export interface ColumnFlags {
  readonly isNullable: boolean;
  readonly tests: readonly ColumnTest[];
}

const ALLOWED = 'not_null, unique, in(a, b), references(table.column); behind a test :warn or :error';
const NAME = '[a-z_][a-z0-9_]*';
/** Words, so that a list needs no quotes. */
const WORD = /^[A-Za-z0-9_.:-]+$/;
const INTEGER = /^-?\d{1,18}$/;

/**
 * The flags of a column line, as athena/README.md has them: `not_null`, and tests that may each end in `:warn`.
 * Throws SyntaxError with what is allowed.
 */
export function parseFlags(type: string, text: string): ColumnFlags {
  const flags = text.match(/(?:[^\s(]|\([^)]*\)?)+/g) ?? [];
  const seen = new Set<string>();
  const tests: ColumnTest[] = [];
  for (const flag of flags) {
    const [, name = '', list, severity] = /^([a-z_]+)(?:\(([^()]*)\))?(?::(.*))?$/.exec(flag) ?? [];
    if (seen.has(name)) throw new SyntaxError(`"${name}" stands twice`);
    seen.add(name);
    if (flag === 'not_null') continue;
    tests.push(parseTest(type, { flag, name, list, severity: severityOf(flag, severity) }));
  }
  return { isNullable: !seen.has('not_null'), tests };
}

interface Flag {
  readonly flag: string;
  readonly name: string;
  /** What stands in the parentheses, if there are any. */
  readonly list: string | undefined;
  readonly severity: Severity;
}

function parseTest(type: string, { flag, name, list, severity }: Flag): ColumnTest {
  if (name === 'unique' && list === undefined) return { kind: 'unique', severity };
  if (name === 'in') return { kind: 'in', severity, values: acceptedValues(type, flag, list) };
  if (name === 'references') {
    const [, table, column] = new RegExp(`^(${NAME})\\.(${NAME})$`).exec(list?.trim() ?? '') ?? [];
    if (table === undefined || column === undefined) {
      throw new SyntaxError(`"${flag}" is written references(table.column)`);
    }
    return { kind: 'references', severity, table, column };
  }
  throw new SyntaxError(`"${flag}" is no flag; allowed: ${ALLOWED}`);
}

function severityOf(flag: string, text: string | undefined): Severity {
  if (text === undefined) return 'error';
  const severity = SEVERITIES.find((candidate) => candidate === text);
  if (severity === undefined) {
    throw new SyntaxError(`"${flag}" has no severity "${text}"; allowed: ${SEVERITIES.join(', ')}`);
  }
  return severity;
}

function acceptedValues(type: string, flag: string, list: string | undefined): readonly string[] {
  const isText = type === 'varchar';
  if (!isText && type !== 'bigint' && type !== 'integer') {
    throw new SyntaxError(`"${flag}" is for varchar, bigint and integer, not for ${type}`);
  }
  const values = (list ?? '').split(',').map((value) => value.trim());
  const wrong = values.find((value) => !(isText ? WORD : INTEGER).test(value));
  if (wrong !== undefined) {
    const allowed = isText ? 'words of letters, digits and _ . : -' : 'whole numbers';
    throw new SyntaxError(`"${flag}" holds "${wrong}"; allowed: ${allowed}, commas between`);
  }
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new SyntaxError(`"${flag}" holds "${repeated}" twice`);
  return values;
}

/**
 * Throws ModelError (file, line) for a test that cannot be asked: of a model that is no table, unique where the runner
 * asserts the key anyway, a reference to what is not there, of one run only, no part of a key, or of another type.
 *
 * @param lineOf the line of a column in its file
 */
export function assertTests(
  models: ReadonlyMap<string, Model>,
  lineOf: (model: Model, column: Column) => number,
): void {
  for (const model of models.values()) {
    for (const column of model.columns) {
      for (const test of column.tests ?? []) {
        const problem = problemOf(models, { model, column, test });
        if (problem === null) continue;
        throw new ModelError(model.file, `line ${lineOf(model, column)}: ${column.name}: ${problem}`);
      }
    }
  }
}

function problemOf(
  models: ReadonlyMap<string, Model>,
  { model, column, test }: { readonly model: Model; readonly column: Column; readonly test: ColumnTest },
): string | null {
  if (model.kind !== 'table') return `only columns of a table have tests, and this is a ${model.kind}`;
  if (test.kind === 'in') return null;
  if (test.kind === 'unique') {
    const isKey = model.key.length === 1 && model.key[0] === column.name;
    return isKey ? 'unique: it is the key, which is asserted before the table is written' : null;
  }
  const target = models.get(test.table);
  if (target === undefined) return `references: no model is called "${test.table}"`;
  if (target.kind !== 'table' && (target.kind !== 'source' || target.origin !== 'rows')) {
    return `references: ${test.table} is no table that stays; allowed: tables and sources of rows`;
  }
  const referenced = target.columns.find(({ name }) => name === test.column);
  if (referenced === undefined) {
    const names = target.columns.map(({ name }) => name).join(', ');
    return `references: ${test.table} has no column "${test.column}"; it has ${names}`;
  }
  if (target.kind === 'table' && !target.key.includes(referenced.name)) {
    return `references: ${test.table}.${test.column} is no part of its key (${target.key.join(', ')})`;
  }
  if (target === model && referenced === column) return 'references: a column refers to itself';
  return referenced.type === column.type
    ? null
    : `references: it is ${column.type}, and ${test.table}.${test.column} ${referenced.type}`;
}
