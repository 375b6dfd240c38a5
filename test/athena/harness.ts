import { literalOf } from '../../lambdas/domain/models/literal.ts';
import type { Model, ScratchModel, TableModel } from '../../lambdas/domain/models/model.ts';
import { identifier } from '../../lambdas/domain/models/render-table.ts';
import type { SqlValue } from '../../lambdas/ports/sql-engine.ts';
import { typedSelect } from '../../lambdas/run-lake/make-anew.ts';
import { type DuckDbEngine, openDuckDb } from '../../local/duckdb-engine.ts';
import { readModels } from '../../local/model-files.ts';

/** A row by column name; a column that is left out is null. Times are ISO in UTC, money is text. */
export type GivenRow = Readonly<Record<string, string | number | boolean | null>>;
export type Given = Readonly<Record<string, readonly GivenRow[]>>;
export type ExpectedRow = Record<string, SqlValue>;

const library = readModels();

/** The model of a name, as athena/ declares it. */
export function modelOf(name: string): Model {
  const found = library.models.find((model) => model.name === name);
  if (found === undefined) throw new RangeError(`no model is called ${name}`);
  return found;
}

/**
 * Runs one model's SELECT on given rows of its inputs (an input that is left out is empty) and returns its rows,
 * ordered by the first columns. Sources of origin `select` among the inputs are run, not given, unless rows are given.
 */
export async function runModel(name: string, given: Given): Promise<readonly ExpectedRow[]> {
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    const model = modelOf(name);
    const unknown = Object.keys(given).filter((input) => !isReachable(model, input));
    if (unknown.length > 0) throw new RangeError(`${name} has no input ${unknown.join(', ')}`);
    for (const input of model.inputs) await give(engine, modelOf(input), given);
    const select = model.kind === 'source' ? `select * from (${model.bodies?.duckdb})` : typedSelect(model);
    return objectsOf(await engine.query(`${select} order by all`));
  } finally {
    engine.close();
  }
}

const ROWS_PER_INSERT = 500;

/** Runs one check on given rows and returns its bad rows. */
export async function runCheckQuery(name: string, given: Given): Promise<readonly ExpectedRow[]> {
  const check = library.checks.find((candidate) => candidate.name === name);
  if (check === undefined) throw new RangeError(`no check is called ${name}`);
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    for (const input of check.inputs) await give(engine, modelOf(input), given);
    return objectsOf(await engine.query(`select * from (${check.body}) order by all`));
  } finally {
    engine.close();
  }
}

function isReachable(model: Model, input: string): boolean {
  return model.inputs.some((name) => name === input || isReachable(modelOf(name), input));
}

async function give(engine: DuckDbEngine, model: Model, given: Given): Promise<void> {
  if (model.kind === 'source' && model.bodies !== null && given[model.name] === undefined) {
    for (const input of model.inputs) await give(engine, modelOf(input), given);
    await engine.execute(`create or replace view ${model.name} as ${model.bodies.duckdb}`);
    return;
  }
  const columns = model.columns.map((column) => `${identifier(column.name)} ${column.type}`);
  await engine.execute(`create or replace table ${model.name} (${columns.join(', ')})`);
  const rows = (given[model.name] ?? []).map((row) => {
    rejectUnknown(model, row);
    return `(${model.columns.map((column) => literalOf(column.type, row[column.name] ?? null)).join(', ')})`;
  });
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT);
    await engine.execute(`insert into ${model.name} values ${part.join(', ')}`);
  }
}

function rejectUnknown(model: Model, row: GivenRow): void {
  const names = new Set(model.columns.map((column) => column.name));
  const unknown = Object.keys(row).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new RangeError(`${model.name} has no column ${unknown.join(', ')}`);
}

function objectsOf(result: {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly SqlValue[])[];
}): readonly ExpectedRow[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column.name, row[index] ?? null])),
  );
}

/** The table models and scratch models of a full run, for tests that run over all of them. */
export function builtModels(): readonly (TableModel | ScratchModel)[] {
  return library.models
    .filter((model) => model.kind !== 'source')
    .filter((model) => model.kind === 'table' || !model.isTouched);
}
