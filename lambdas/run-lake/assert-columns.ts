import type { Model, ModelLibrary } from '../domain/models/model.ts';
import { tableChecks } from '../domain/models/render-column-checks.ts';
import { identifier } from '../domain/models/render-table.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';

/** What a SELECT gives is not what its header says, or it does not run over what the headers of its inputs say. */
export class ModelColumnsError extends Error {
  override readonly name = 'ModelColumnsError';
  /** Names of the models and checks. */
  readonly models: readonly string[];

  constructor(found: readonly Finding[]) {
    super(found.map(({ text }) => text).join('\n'));
    this.models = found.map(({ name }) => name);
  }
}

interface Finding {
  readonly name: string;
  readonly text: string;
}

interface Named {
  readonly name: string;
  readonly type: string;
}

/**
 * Holds the SELECT of every model against its header: over empty inputs that are made from headers alone, so that no
 * table has to stand and none is read. On a laptop that takes 0.2 s for all; an engine of the cloud takes some tenths of
 * a second for each.
 *
 * Throws ModelColumnsError with all that it found, and a transient SqlError as it came.
 */
export async function assertColumns(engine: SqlEngine, models: readonly Model[]): Promise<void> {
  const found: Finding[] = [];
  const byName = mapOf(models);
  for (const model of models) {
    const body = bodyOf(model, engine);
    if (body === null) continue;
    const given = await columnsOf(engine, overInputs(byName, inputsOf(model), body), model);
    const finding = Array.isArray(given) ? differenceOf(model, given) : given;
    if (finding !== null) found.push(finding);
  }
  if (found.length > 0) throw new ModelColumnsError(found);
}

/** What this process has seen to be good: dialects with digests of models. */
const SEEN = new Set<string>();

/** As assertColumns, once for the same models. @param digest changes whenever the models do */
export async function assertColumnsOnce(
  engine: SqlEngine,
  models: readonly Model[],
  digest: string,
): Promise<void> {
  const key = `${engine.dialect} ${digest}`;
  if (SEEN.has(key)) return;
  await assertColumns(engine, models);
  SEEN.add(key);
}

/** Sees that every check can run, the tests of columns among them, as assertColumns does for models. */
export async function assertChecks(engine: SqlEngine, { models, checks }: ModelLibrary): Promise<void> {
  const found: Finding[] = [];
  const byName = mapOf(models);
  const columnChecks = tableChecks(models).flatMap((table) => table.checks);
  for (const check of [...checks, ...columnChecks]) {
    const given = await columnsOf(engine, overInputs(byName, check.inputs, check.body), check);
    if (!Array.isArray(given)) found.push(given);
  }
  if (found.length > 0) throw new ModelColumnsError(found);
}

function mapOf(models: readonly Model[]): ReadonlyMap<string, Model> {
  return new Map(models.map((model) => [model.name, model]));
}

function bodyOf(model: Model, engine: SqlEngine): string | null {
  if (model.kind !== 'source') return model.body;
  if (model.bodies === null) return null;
  return engine.dialect === 'duckdb' ? model.bodies.duckdb : model.bodies.trino;
}

const CHANGES = '_changes';

/** What the body may name: of a set of touched keys also what a run has changed in its inputs. */
function inputsOf(model: Model): readonly string[] {
  const named = [...model.inputs, ...model.standing.map(({ name }) => name)];
  const isTouched = model.kind === 'scratch' && model.isTouched;
  return [...new Set(isTouched ? [...named, ...named.map((name) => `${name}${CHANGES}`)] : named)];
}

/** The body with its inputs as empty tables before it, which hide those of the lake. */
function overInputs(byName: ReadonlyMap<string, Model>, inputs: readonly string[], body: string): string {
  const tables = inputs.flatMap((input) => {
    const changed = input.endsWith(CHANGES) ? byName.get(input.slice(0, -CHANGES.length)) : undefined;
    const columns = changed === undefined ? byName.get(input)?.columns : changed.columns;
    if (columns === undefined) return [];
    const typed = columns.map(({ name, type }) => `cast(null as ${type}) as ${identifier(name)}`);
    const all = changed === undefined ? typed : [`cast(null as varchar) as op`, ...typed];
    return [`${input} as (select ${all.join(', ')} where false)`];
  });
  const head = tables.length === 0 ? '' : `with ${tables.join(',\n')}\n`;
  return `${head}select * from (\n${body}\n) as body where false`;
}

/** The columns of a result, or why there is none. */
async function columnsOf(
  engine: SqlEngine,
  sql: string,
  { name, file }: { readonly name: string; readonly file: string },
): Promise<Named[] | Finding> {
  try {
    return (await engine.query(sql)).columns.map((column) => ({
      ...column,
      type: column.type.toLowerCase(),
    }));
  } catch (error) {
    if (!(error instanceof SqlError) || error.isTransient) throw error;
    // Behind the first line DuckDB shows an excerpt.
    const [reason = ''] = error.message.split('\n');
    const text = `athena/${file}: the SELECT of ${name} does not run over the columns of its inputs: ${reason}`;
    return { name, text };
  }
}

function differenceOf(model: Model, given: readonly Named[]): Finding | null {
  const givenTypes = new Map(given.map(({ name, type }) => [name, type]));
  const declared = new Set(model.columns.map(({ name }) => name));
  const missing = model.columns.filter(({ name }) => !givenTypes.has(name));
  const extra = given.filter(({ name }) => !declared.has(name));
  const others = model.columns.flatMap(({ name, type }) => {
    const givenType = givenTypes.get(name);
    if (givenType === undefined || fits(type, givenType)) return [];
    return [`${name} is ${type} in the header and ${givenType} in the SELECT`];
  });
  const lines = [
    ...(missing.length > 0 ? [`only in the header: ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`only in the SELECT: ${listed(extra)}`] : []),
    ...others,
  ];
  if (lines.length === 0) return null;
  const head = `athena/${model.file}: the SELECT of ${model.name} does not give the columns of its header`;
  return { name: model.name, text: [head, ...lines].join('\n  ') };
}

function listed(columns: readonly Named[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}

/** Types whose values a column takes as they are, beside its own. */
const NARROWER: Readonly<Record<string, RegExp>> = {
  varchar: /^(?:var)?char\(\d+\)$/,
  bigint: /^(?:tinyint|smallint|integer|int)$/,
  integer: /^(?:tinyint|smallint|int)$/,
  double: /^(?:real|float)$/,
  'timestamp(6)': /^timestamp(?:\([0-6]\))?$/,
};
const NULL_TYPE = /^(?:unknown|"?null"?|sqlnull)$/;

/** Whether the cast that the runner adds to each column keeps every value as it is. */
function fits(declared: string, given: string): boolean {
  if (declared === given || NULL_TYPE.test(given)) return true;
  const [to, from] = [decimalOf(declared), decimalOf(given)];
  if (to === null || from === null) return NARROWER[declared]?.test(given) === true;
  return from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
}

function decimalOf(type: string): { readonly precision: number; readonly scale: number } | null {
  const match = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
  return match === null ? null : { precision: Number(match[1]), scale: Number(match[2]) };
}
