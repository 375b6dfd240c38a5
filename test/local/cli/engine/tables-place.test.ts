import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { STATE_NAMES } from '../../../../lambdas/run-lake/lake-state.ts';
import type { CommandContext } from '../../../../local/cli/context.ts';
import type { EnginePlace } from '../../../../local/cli/engine/engine-options.ts';
import {
  claimTablesPlace,
  requireTablesHere,
  requireTablesPlace,
  settleTablesPlace,
} from '../../../../local/cli/engine/tables-place.ts';
import { openOrCreateLake } from '../../../../local/lake.ts';
import { openLakeStores } from '../../../../local/lake-stores.ts';
import { ManualClock } from '../../../fakes/clock.ts';
import { MemoryLedgerStore } from '../../../fakes/ledger-store.ts';

const HERE: EnginePlace = { kind: 'duckdb' };
const TRINO: EnginePlace = {
  ...{ kind: 'trino', url: 'https://x', user: 'ana', catalog: 'iceberg', schema: 'shop' },
  ...{ rawSchema: 'hive.raw', objectsRoot: 's3://b/', warehouse: null },
};
const RUN = { kind: 'run' } as const;
const REBUILD = { kind: 'rebuild' } as const;

/** What a run that succeeds writes. */
async function succeed(place: EnginePlace): Promise<void> {
  ledger.states.set(STATE_NAMES.modelsFingerprint, 'f');
  await settleTablesPlace(ledger, place);
}

let ledger: MemoryLedgerStore;

beforeEach(() => {
  ledger = new MemoryLedgerStore();
});

it('the first run that succeeds decides where the tables stand', async () => {
  await requireTablesPlace(ledger, TRINO);
  await claimTablesPlace(ledger, HERE, RUN);
  await claimTablesPlace(ledger, TRINO, RUN);
  await succeed(TRINO);

  await claimTablesPlace(ledger, { ...TRINO, url: 'https://moved' }, RUN);
  await requireTablesPlace(ledger, TRINO);
  await expect(claimTablesPlace(ledger, HERE, RUN)).rejects.toMatchObject({
    code: 'tables_elsewhere',
    message: expect.stringContaining('give --engine trino --trino-catalog iceberg --trino-schema shop'),
  });
  await expect(requireTablesPlace(ledger, HERE)).rejects.toThrow('stand in Trino (iceberg.shop)');
});

it('a lake of before there was a choice has them in its file', async () => {
  ledger.states.set(STATE_NAMES.modelsFingerprint, 'f');

  await expect(claimTablesPlace(ledger, TRINO, RUN)).rejects.toThrow("the lake's own DuckDB file");
  await claimTablesPlace(ledger, HERE, RUN);
});

it('a rebuild moves them, and until it has ended they stand nowhere', async () => {
  await claimTablesPlace(ledger, HERE, RUN);
  await succeed(HERE);
  await claimTablesPlace(ledger, TRINO, REBUILD);

  for (const place of [HERE, TRINO]) {
    await expect(claimTablesPlace(ledger, place, RUN)).rejects.toThrow('give `rebuild` again');
    await expect(requireTablesPlace(ledger, place)).rejects.toThrow('has not ended');
  }
  await claimTablesPlace(ledger, TRINO, REBUILD);
  await settleTablesPlace(ledger, TRINO);

  await requireTablesPlace(ledger, TRINO);
  await claimTablesPlace(ledger, TRINO, RUN);
});

it('a command that reads what a laptop builds is refused where a cluster builds', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millpond-place-'));
  const clock = new ManualClock(0);
  const { lake } = openOrCreateLake(path.join(folder, 'lake'), { madeBy: 'user', nowMs: 0 });
  const context = { clock } as unknown as CommandContext;
  const stores = await openLakeStores(lake, clock);
  try {
    await requireTablesHere(context, lake);
    await stores.ledger.writeState(STATE_NAMES.modelsFingerprint, null, 'f');
    await requireTablesHere(context, lake);
    await settleTablesPlace(stores.ledger, TRINO);

    await expect(requireTablesHere(context, lake)).rejects.toThrow('ask the cluster by');
  } finally {
    stores.close();
    rmSync(folder, { recursive: true });
  }
});
