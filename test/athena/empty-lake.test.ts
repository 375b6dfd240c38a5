import { expect, test } from 'vitest';
import { type BuiltRows, buildModels } from './build-models.ts';
import { builtModels } from './harness.ts';
import { funnelSteps, lakeState } from './rows.ts';

const EMPTY_LAKE = {
  lake_state: [lakeState({ reporting_currency: null })],
  funnel_steps: funnelSteps('shop', ['view_item', 'purchase']),
};

test('every model of an empty lake is empty, but those of the declared funnels and of the unknown currency', async () => {
  const names = builtModels().map((model) => model.name);

  const built: Readonly<Record<string, BuiltRows>> = await buildModels(EMPTY_LAKE, names);

  expect(names.length).toBeGreaterThan(20);
  expect(Object.keys(built).filter((name) => (built[name] ?? []).length > 0)).toEqual([
    'funnel_rules',
    'lake_currency',
  ]);
  expect(built.lake_currency).toEqual([{ currency: null }]);
});
