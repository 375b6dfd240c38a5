import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModels } from '../../../lambdas/runtime/model-files.ts';

it('reads every SQL file of the folder that travels with the function', () => {
  const { models, checks } = readModels(join(import.meta.dirname, '..', '..', '..', 'athena'));

  expect(models.map((model) => model.name)).toEqual(expect.arrayContaining(['stg_events', 'fct_orders']));
  expect(checks.length).toBeGreaterThan(0);
});

it('a missing folder is an error', () => {
  expect(() => readModels('/nowhere')).toThrow(/ENOENT/);
});
