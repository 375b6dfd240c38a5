import { expect, it } from 'vitest';
import { isMergeDue, noteMerge, RUNS_PER_MERGE } from '../../../../local/cli/engine/row-group-merges.ts';
import { MemoryLedgerStore } from '../../../fakes/ledger-store.ts';

it('one run in eight merges row groups, counted from the last that did', async () => {
  const ledger = new MemoryLedgerStore();
  const merged: boolean[] = [];
  for (let run = 0; run < 2 * RUNS_PER_MERGE; run += 1) {
    const isDue = await isMergeDue(ledger);
    merged.push(isDue);
    await noteMerge(ledger, isDue);
  }

  const eight = [...Array<boolean>(RUNS_PER_MERGE - 1).fill(false), true];
  expect(merged).toEqual([...eight, ...eight]);
});
