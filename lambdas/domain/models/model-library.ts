import { assertTests } from './column-tests.ts';
import { type Check, type Model, ModelError, type ModelLibrary, type SqlFile } from './model.ts';
import { parseCheck, parseModel } from './parse-model.ts';
import { tableChecks } from './render-column-checks.ts';
import { sliceProblem } from './slice-columns.ts';

/**
 * Parses every file under athena/ (those in checks/ are checks) and puts the models into build order: each after its
 * inputs and the keys that limit it, names ascending among the free ones, so that the order is the same everywhere.
 *
 * Throws ModelError for a name that is declared twice, an unknown input, a test of a column that cannot be asked, or a
 * cycle.
 */
export function loadModels(files: readonly SqlFile[]): ModelLibrary {
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const models = sorted.filter((file) => !file.file.startsWith('checks/')).map(parseModel);
  const checks = sorted.filter((file) => file.file.startsWith('checks/')).map(parseCheck);
  const byName = mapByName(models);
  const texts = new Map(sorted.map(({ file, text }) => [file, text]));
  const at = (file: string, beginning: string) => `line ${lineOf(texts.get(file) ?? '', beginning)}`;
  for (const user of [...models, ...checks]) rejectUnknown(user, byName, at);
  assertTests(byName, ({ file }, { name }) => lineOf(texts.get(file) ?? '', `  ${name} `));
  const ordered = inBuildOrder(models.map((model) => withStandingColumns(model, byName)));
  mapByName([...checks, ...tableChecks(models).flatMap((table): readonly Check[] => table.checks)]);
  return { models: ordered, checks };
}

/** All that must be built before the model, in an incremental run. */
export function predecessors(model: Model | Check): readonly string[] {
  const slice = 'slice' in model && model.slice.kind === 'keys' ? [model.slice.touched] : [];
  return [...new Set([...model.inputs, ...slice, ...model.restrictions.map(({ touched }) => touched)])];
}

function rejectUnknown(
  user: Model | Check,
  byName: ReadonlyMap<string, Model>,
  at: (file: string, beginning: string) => string,
): void {
  const refuse = (field: string, problem: string) => {
    throw new ModelError(user.file, `${at(user.file, `${field}:`)}: ${field}: ${problem}`);
  };
  for (const input of user.inputs) {
    if (!byName.has(input)) refuse('inputs', `no model is called "${input}"`);
  }
  const standing = 'standing' in user ? user.standing.map(({ name }) => name) : [];
  for (const name of standing) {
    if (byName.get(name)?.kind !== 'table') refuse('standing', `no table is called "${name}"`);
  }
  const isTouched = (name: string) => {
    const model = byName.get(name);
    return model?.kind === 'scratch' && model.isTouched;
  };
  for (const { input, touched } of user.restrictions) {
    if (![...user.inputs, ...standing].includes(input))
      refuse('restrict', `${input} is neither an input nor standing`);
    if (!isTouched(touched)) refuse('restrict', `"${touched}" is no model of materialization touched`);
  }
  if ('slice' in user && user.slice.kind === 'keys' && !isTouched(user.slice.touched)) {
    refuse('slice', `"${user.slice.touched}" is no model of materialization touched`);
  }
  const sliced = sliceProblem(user, byName);
  if (sliced !== null) refuse(sliced.field, sliced.problem);
}

/** An empty relation of their columns stands for them in a full run. */
function withStandingColumns(model: Model, byName: ReadonlyMap<string, Model>): Model {
  if (model.standing.length === 0) return model;
  const standing = model.standing.map(({ name }) => ({ name, columns: byName.get(name)?.columns ?? [] }));
  return { ...model, standing };
}

/** Names stand in SQL as they are. */
const NAME = /^[a-z_][a-z0-9_]*$/;
/** How the runner calls its own tables, beside each table. */
const OF_THE_RUNNER = /_(?:changes|new_rows)$/;

/** Throws ModelError for a name that two files declare, or that cannot be one. */
function mapByName<T extends Model | Check>(declared: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const each of declared) {
    if (!NAME.test(each.name) || OF_THE_RUNNER.test(each.name)) {
      const allowed = 'lower-case letters, digits and _, not ending in _changes or _new_rows';
      throw new ModelError(each.file, `"${each.name}" cannot be a name; allowed: ${allowed}`);
    }
    const other = byName.get(each.name);
    if (other !== undefined) {
      throw new ModelError(each.file, `${each.name} is declared in athena/${other.file} too`);
    }
    byName.set(each.name, each);
  }
  return byName;
}

/** Of the first line that begins so, from 1. */
function lineOf(text: string, beginning: string): number {
  return text.split('\n').findIndex((line) => line.startsWith(beginning)) + 1;
}

function inBuildOrder(models: readonly Model[]): readonly Model[] {
  const ordered: Model[] = [];
  const done = new Set<string>();
  let waiting = [...models].sort((a, b) => (a.name < b.name ? -1 : 1));
  while (waiting.length > 0) {
    const ready = waiting.find((model) => predecessors(model).every((name) => done.has(name)));
    if (ready === undefined) throw cycleError(waiting);
    ordered.push(ready);
    done.add(ready.name);
    waiting = waiting.filter((model) => model !== ready);
  }
  return ordered;
}

/** Each of these waits for another one, so whoever follows the inputs comes back to where they have been. */
function cycleError(waiting: readonly Model[]): ModelError {
  const path: Model[] = [];
  let next = waiting[0];
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    const inputs = predecessors(next);
    next = waiting.find(({ name }) => inputs.includes(name));
  }
  const cycle = path.slice(next === undefined ? 0 : path.indexOf(next));
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ name, file }) => `${name} (athena/${file})`);
  return new ModelError(cycle[0]?.file ?? '', `a cycle of inputs: ${names.join(' reads ')}`);
}
