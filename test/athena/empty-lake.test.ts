import { expect, test } from 'vitest';
import { type BuiltRows, buildModels } from './build-models.ts';
import { builtModels } from './harness.ts';
import { funnelSteps, lakeState } from './rows.ts';

const EMPTY_LAKE = {
  lake_state: [lakeState({ reporting_currency: null })],
  funnel_steps: funnelSteps('shop', ['view_item', 'purchase']),
};

test('every model of an empty lake is empty, but the one that says that no currency is known', async () => {
  const names = builtModels().map((model) => model.name);

  const built: Readonly<Record<string, BuiltRows>> = await buildModels(EMPTY_LAKE, names);

  expect(names.length).toBeGreaterThan(20);
  expect(Object.fromEntries(Object.entries(built).filter(([, rows]) => rows.length > 0))).toEqual({
    lake_currency: [{ currency: null }],
  });
});
