import { type Model, ModelError, type ModelLibrary, type SqlFile } from './model.ts';
import { parseCheck, parseModel } from './parse-model.ts';

/**
 * Parses every file under athena/ (those in checks/ are checks) and puts the models into build order: each after its
 * inputs, names ascending among the free ones, so that the order is the same everywhere.
 *
 * Throws ModelError for a duplicate name, an unknown input, or a cycle.
 */
export function loadModels(files: readonly SqlFile[]): ModelLibrary {
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const models = sorted.filter((file) => !file.file.startsWith('checks/')).map(parseModel);
  const checks = sorted.filter((file) => file.file.startsWith('checks/')).map(parseCheck);
  const byName = new Map<string, Model>();
  for (const model of models) {
    const other = byName.get(model.name);
    if (other !== undefined)
      throw new ModelError(model.file, `${model.name} is declared in ${other.file} too`);
    byName.set(model.name, model);
  }
  for (const user of [...models, ...checks]) {
    for (const input of user.inputs) {
      if (!byName.has(input)) throw new ModelError(user.file, `inputs: no model is called "${input}"`);
    }
  }
  return { models: inBuildOrder(models), checks };
}

function inBuildOrder(models: readonly Model[]): readonly Model[] {
  const ordered: Model[] = [];
  const done = new Set<string>();
  let waiting = [...models].sort((a, b) => (a.name < b.name ? -1 : 1));
  while (waiting.length > 0) {
    const ready = waiting.find((model) => model.inputs.every((input) => done.has(input)));
    if (ready === undefined) {
      const names = waiting.map((model) => model.name).join(', ');
      throw new ModelError(waiting[0]?.file ?? '', `a cycle of inputs among: ${names}`);
    }
    ordered.push(ready);
    done.add(ready.name);
    waiting = waiting.filter((model) => model !== ready);
  }
  return ordered;
}
