import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import { changeOfLedger } from '../../../lambdas/run-lake/ledger-change.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { FILES } from './toy-lake.ts';

const LEDGER = {
  file: 'sources/ledger.sql',
  text: '/*\nmodel: ledger\nmeaning: M.\ngrain: row\nmaterialization: source\norigin: rows\ncolumns:\n  min_arrival_time timestamp(6) | A.\n*/\n',
};
const models = loadModels([LEDGER]);

let engine: DuckDbEngine;
beforeEach(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute(`create table ledger as select * from (values
    ('r1', timestamp '2026-01-31 23:59:59'), ('r2', timestamp '2026-02-01 00:00:00'),
    ('r2', timestamp '2026-02-28 00:00:00'), ('r2', timestamp '2025-12-01 00:00:00')
  ) as rows (staged_by, min_arrival_time)`);
});
afterEach(() => engine.close());

const changed = (runId: string, mode: 'full' | 'incremental') =>
  changeOfLedger({ engine, models }, { runId, mode });

describe('the exported ledger', () => {
  it('changes in the months of the batches that an incremental run stages', async () => {
    expect(await changed('r2', 'incremental')).toMatchObject({
      ...{ model: 'ledger', inserted: 2, partitions: ['2025-12-01', '2026-02-01'] },
    });
    expect(await changed('r3', 'incremental')).toMatchObject({ inserted: 0, partitions: [] });
  });

  it('changes as a whole in a full run', async () => {
    expect(await changed('r2', 'full')).toMatchObject({ inserted: 1, partitions: null });
  });

  it('is one file where it has no arrivals', async () => {
    const run = { runId: 'r2', mode: 'full' } as const;

    expect(await changeOfLedger({ engine, models: loadModels(FILES) }, run)).toBeNull();
  });
});
