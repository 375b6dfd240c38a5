import { assertTests } from './column-tests.ts';
import { type Check, type Model, ModelError, type ModelLibrary, type SqlFile } from './model.ts';
import { parseCheck, parseModel } from './parse-model.ts';
import { tableChecks } from './render-column-checks.ts';

/**
 * Parses every file under athena/ (those in checks/ are checks) and puts the models into build order: each after its
 * inputs, names ascending among the free ones, so that the order is the same everywhere.
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
  for (const user of [...models, ...checks]) {
    for (const input of user.inputs) {
      if (byName.has(input)) continue;
      const line = lineOf(texts.get(user.file) ?? '', 'inputs:');
      throw new ModelError(user.file, `line ${line}: inputs: no model is called "${input}"`);
    }
  }
  assertTests(byName, ({ file }, { name }) => lineOf(texts.get(file) ?? '', `  ${name} `));
  const ordered = inBuildOrder(models);
  mapByName([...checks, ...tableChecks(models).flatMap((table): readonly Check[] => table.checks)]);
  return { models: ordered, checks };
}

/** Throws ModelError for a name that two files declare. */
function mapByName<T extends Model | Check>(declared: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const each of declared) {
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
    const ready = waiting.find((model) => model.inputs.every((input) => done.has(input)));
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
    const inputs: readonly string[] = next.inputs;
    next = waiting.find(({ name }) => inputs.includes(name));
  }
  const cycle = path.slice(next === undefined ? 0 : path.indexOf(next));
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ name, file }) => `${name} (athena/${file})`);
  return new ModelError(cycle[0]?.file ?? '', `a cycle of inputs: ${names.join(' reads ')}`);
}
