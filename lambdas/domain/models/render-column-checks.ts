import { literalOf } from './literal.ts';
import type { Check, Column, ColumnTest, Model, TableModel } from './model.ts';

/** The tests of all columns of one table. */
export interface TableChecks {
  readonly model: TableModel;
  /** Each as a query for its bad rows, key columns first: `<table>_<column>_<in, unique or references>`. */
  readonly checks: readonly Check[];
  /** One statement of one row: how many bad rows each of the checks has, in their order. */
  readonly countsSql: string;
}

/**
 * The checks that stand in the headers' columns, by table; tables without any are left out. So is a reference to a table
 * that is not among the models: whoever builds a part of the lake cannot ask for the rest.
 *
 * @param rowsOf what is looked at of a table, as it stands behind FROM: its name, or a SELECT in parentheses
 *   (renderRowsToCheck). The values of these rows are compared with those of whole tables.
 */
export function tableChecks(
  models: readonly Model[],
  rowsOf: (model: TableModel) => string = ({ name }) => name,
): readonly TableChecks[] {
  const tables = models.filter((model) => model.kind === 'table');
  const names = new Set(models.map(({ name }) => name));
  return tables.flatMap((model) => {
    const rows = rowsOf(model);
    const asked = model.columns.flatMap((column) =>
      (column.tests ?? [])
        .filter((test) => test.kind !== 'references' || names.has(test.table))
        .map((test) => askedOf(model, column, { test, isKey: isKeyOf(models, test), rows })),
    );
    if (asked.length === 0) return [];
    const from = `from ${rows} as tested`;
    const checks = asked.map(({ check, test, known, isBad }) => {
      const shown = [...new Set([...model.key, check.column])].map((name) => `tested.${name}`);
      const body = [`select ${shown.join(', ')}`, from, ...known, `where ${isBad}`].join('\n');
      return {
        name: check.name,
        file: model.file,
        meaning: check.meaning,
        severity: test.severity,
        inputs: inputsOf(model, test),
        restrictions: [],
        body,
      };
    });
    const counts = asked.map(
      ({ check, isBad }) => `  cast(count(case when ${isBad} then 1 end) as bigint) as ${check.name}`,
    );
    const countsSql = [`select\n${counts.join(',\n')}`, from, ...asked.flatMap(({ known }) => known)].join(
      '\n',
    );
    return [{ model, checks, countsSql }];
  });
}

interface Asked {
  readonly test: ColumnTest;
  readonly check: { readonly name: string; readonly column: string; readonly meaning: string };
  /** The join with the values that the test knows; at most one row meets a tested one. */
  readonly known: readonly string[];
  readonly isBad: string;
}

function askedOf(
  model: TableModel,
  column: Column,
  { test, isKey, rows }: { readonly test: ColumnTest; readonly isKey: boolean; readonly rows: string },
): Asked {
  const { name, type } = column;
  const value = `tested.${name}`;
  const check = { name: `${model.name}_${name}_${test.kind}`, column: name };
  if (test.kind === 'in') {
    const accepted = test.values.map((each) => (type === 'varchar' ? literalOf(type, each) : each));
    const meaning = `${model.name}.${name} is none of ${test.values.join(', ')}.`;
    return {
      test,
      check: { ...check, meaning },
      known: [],
      isBad: `${value} not in (${accepted.join(', ')})`,
    };
  }
  // Named after the column, since several tests join in one statement.
  const alias = `${test.kind === 'unique' ? 'repeated' : 'known'}_${name}`;
  const onValue = `on ${alias}.known_value = ${value}`;
  if (test.kind === 'unique') {
    const repeated = `select ${name} as known_value from ${model.name} where ${name} is not null group by ${name} having count(*) > 1`;
    return {
      test,
      check: { ...check, meaning: `Several rows of ${model.name} have the same ${name}.` },
      known: [`left join (${repeated}) as ${alias} ${onValue}`],
      isBad: `${alias}.known_value is not null`,
    };
  }
  const values = `${test.column} as known_value from ${test.table}`;
  const known = isKey
    ? `select ${values}`
    : `select distinct ${values} where ${test.column} in (select ${name} from ${rows} as named)`;
  return {
    test,
    check: {
      ...check,
      meaning: `${model.name}.${name} stands in no row of ${test.table}.${test.column}.`,
    },
    known: [`left join (${known}) as ${alias} ${onValue}`],
    isBad: `${value} is not null and ${alias}.known_value is null`,
  };
}

/** The counts of several tables in one statement of one row: a column per check, by its name. */
export function renderCountsTogether(tables: readonly TableChecks[]): string {
  const counts = tables.map(({ model, countsSql }) => `(\n${countsSql}\n) as ${model.name}_counts`);
  return `select *\nfrom ${counts.join('\ncross join ')}`;
}

/**
 * The rows of a table in which an incremental run can have made a bad one, when there was none before: those that it
 * inserted or updated, and those that name a row which it deleted. In parentheses.
 */
export function renderRowsToCheck(
  model: TableModel,
  {
    isWritten,
    isShrunk,
  }: {
    /** Whether the run inserted or updated rows of a table. */
    readonly isWritten: (table: string) => boolean;
    /** Whether it deleted some. */
    readonly isShrunk: (table: string) => boolean;
  },
): string {
  const tested = model.columns.filter(({ tests }) => tests !== undefined).map(({ name }) => name);
  const columns = [...new Set([...model.key, ...tested])].join(', ');
  const orphaned = model.columns.flatMap(({ name, tests = [] }) =>
    tests.flatMap((test) =>
      test.kind === 'references' && isShrunk(test.table)
        ? [
            `select ${columns} from ${model.name} where ${name} in (select ${test.column} from ${test.table}_changes where op = 'D')`,
          ]
        : [],
    ),
  );
  const written = isWritten(model.name)
    ? [`select ${columns} from ${model.name}_changes where op in ('I', 'U')`]
    : [];
  const rows = [...written, ...orphaned];
  return rows.length === 0
    ? `(select ${columns} from ${model.name} where false)`
    : `(${rows.join('\n  union\n  ')})`;
}

/** Whether the column that a test refers to is a whole key, so that no value stands there twice. */
function isKeyOf(models: readonly Model[], test: ColumnTest): boolean {
  if (test.kind !== 'references') return false;
  const target = models.find(({ name }) => name === test.table);
  return target?.kind === 'table' && target.key.length === 1 && target.key[0] === test.column;
}

function inputsOf(model: TableModel, test: ColumnTest): readonly string[] {
  if (test.kind !== 'references' || test.table === model.name) return [model.name];
  return [model.name, test.table];
}
