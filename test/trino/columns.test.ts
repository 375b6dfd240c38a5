import { beforeAll, describe, expect, inject, test } from 'vitest';
import { assertChecks, assertColumns } from '../../lambdas/run-lake/assert-columns.ts';
import { readModels } from '../../local/model-files.ts';
import { LakeOnTrino } from './lake-on-trino.ts';

const { state, warehouse } = inject('trino');
let lake: LakeOnTrino;

beforeAll(async () => {
  if (state.kind !== 'running') return;
  lake = new LakeOnTrino({ url: state.url, warehouse }, 'columns');
  await lake.waitUntilReady();
});

if (state.kind === 'skipped') test.skip(`${state.name} did not run: ${state.reason}`, () => undefined);

describe.runIf(state.kind === 'running')('on Trino', () => {
  test('every SELECT gives the columns of its header before any table stands, and every check can run', async () => {
    const library = readModels();

    await expect(assertColumns(lake.engine, library.models)).resolves.toBeUndefined();
    await expect(assertChecks(lake.engine, library)).resolves.toBeUndefined();
  });
});
