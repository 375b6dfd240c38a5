import { literalOf } from '../../lambdas/domain/models/literal.ts';
import type { Model } from '../../lambdas/domain/models/model.ts';
import { identifier } from '../../lambdas/domain/models/render-table.ts';
import type { SqlValue } from '../../lambdas/ports/sql-engine.ts';
import { typedSelect } from '../../lambdas/run-lake/make-anew.ts';
import { type DuckDbEngine, openDuckDb } from '../../local/duckdb-engine.ts';
import { readModels } from '../../local/model-files.ts';
import type { Given, GivenRow } from './harness.ts';

const library = readModels();

export type BuiltRows = readonly Readonly<Record<string, SqlValue>>[];

/**
 * Builds the asked models and all that they read, in build order: what is given stands as given, sources that are not
 * given are empty, everything else is built. So a rule that several models carry is tried from its events on.
 *
 * Returns each asked model's rows, ordered by the declared columns.
 */
export async function buildModels<Name extends string>(
  asked: Given,
  names: readonly Name[],
): Promise<Record<Name, BuiltRows>> {
  const given = completed(asked);
  const needed = inputsOf(names, Object.keys(given));
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    for (const model of library.models) {
      if (needed.has(model.name)) await provide(engine, model, given);
    }
    const entries: [Name, BuiltRows][] = [];
    for (const name of names) entries.push([name, await rowsOf(engine, name)]);
    return Object.fromEntries(entries) as Record<Name, BuiltRows>;
  } finally {
    engine.close();
  }
}

/** Every batch is staged, and a raw row lies in the folder that the ledger names, unless the test says otherwise. */
function completed(given: Given): Given {
  const objects = given.ledger_objects ?? [];
  if (objects.length === 0) return given;
  const places = new Map(objects.map((object) => [object.location, object]));
  const raw = Object.entries(given)
    .filter(([name]) => name.startsWith('raw_') && !name.startsWith('raw_f'))
    .map(
      ([name, rows]) => [name, rows.map((row) => ({ ...folderOf(places.get(row.$path)), ...row }))] as const,
    );
  const batches = [...new Set(objects.map(({ ledger_id: id }) => id))];
  return {
    batches_to_stage: batches.map((id) => ({ ledger_id: id ?? null, source: 'events' })),
    ...given,
    ...Object.fromEntries(raw),
  };
}

function folderOf(object: GivenRow | undefined): GivenRow {
  return object === undefined
    ? {}
    : { ingest_date: object.ingest_date ?? null, ingest_hour: object.ingest_hour ?? null };
}

/** The named columns of each row. */
export function pick(rows: BuiltRows, ...columns: readonly string[]): Record<string, SqlValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column, cellOf(row, column)])));
}

/** One column of all rows. */
export function column(rows: BuiltRows, name: string): SqlValue[] {
  return rows.map((row) => cellOf(row, name));
}

function cellOf(row: Readonly<Record<string, SqlValue>>, name: string): SqlValue {
  const value = row[name];
  if (value === undefined) throw new RangeError(`no column is called ${name}`);
  return value;
}

/** The models, and what stands before them up to what is given. */
function inputsOf(names: readonly string[], given: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const waiting = [...names, ...given];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const model = library.models.find((candidate) => candidate.name === name);
    if (model === undefined) throw new RangeError(`no model is called ${name}`);
    if (needed.has(name)) continue;
    needed.add(name);
    if (!given.includes(name)) waiting.push(...model.inputs);
  }
  return needed;
}

async function provide(engine: DuckDbEngine, model: Model, given: Given): Promise<void> {
  const rows = given[model.name];
  if (rows === undefined && model.kind !== 'source') {
    await engine.execute(`create table ${model.name} as ${typedSelect(model)}`);
    return;
  }
  if (rows === undefined && model.kind === 'source' && model.bodies !== null) {
    await engine.execute(`create view ${model.name} as ${model.bodies.duckdb}`);
    return;
  }
  const columns = model.columns.map((declared) => `${identifier(declared.name)} ${declared.type}`);
  await engine.execute(`create table ${model.name} (${columns.join(', ')})`);
  const tuples = (rows ?? []).map((row) => {
    const unknown = Object.keys(row).filter((name) => !model.columns.some((known) => known.name === name));
    if (unknown.length > 0) throw new RangeError(`${model.name} has no column ${unknown.join(', ')}`);
    return `(${model.columns.map((known) => literalOf(known.type, row[known.name] ?? null)).join(', ')})`;
  });
  if (tuples.length > 0) await engine.execute(`insert into ${model.name} values ${tuples.join(', ')}`);
}

async function rowsOf(engine: DuckDbEngine, name: string): Promise<BuiltRows> {
  const model = library.models.find((candidate) => candidate.name === name);
  const columns = (model?.columns ?? []).map((declared) => identifier(declared.name)).join(', ');
  const result = await engine.query(`select ${columns} from ${name} order by all`);
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((declared, index) => [declared.name, row[index] ?? null])),
  );
}
