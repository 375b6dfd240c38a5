import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import { replaceState } from '../../../lambdas/run-lake/lake-state.ts';

/**
 * One run in so many merges what the others have left behind: each leaves a small row group in every table that it adds
 * rows to, and merging it with its neighbour costs as much as the rest of the commit (decision 0053).
 */
export const RUNS_PER_MERGE = 8;

const STATE_NAME = 'runs_since_merge';

/** Whether the run that begins is to merge row groups. */
export async function isMergeDue(ledger: LedgerStore): Promise<boolean> {
  return (await runsSinceMerge(ledger)) + 1 >= RUNS_PER_MERGE;
}

/** After a run that was committed. One that dies before it says so is not counted, which does no harm. */
export async function noteMerge(ledger: LedgerStore, hasMerged: boolean): Promise<void> {
  const runs = hasMerged ? 0 : (await runsSinceMerge(ledger)) + 1;
  await replaceState(ledger, STATE_NAME, String(runs));
}

async function runsSinceMerge(ledger: LedgerStore): Promise<number> {
  return Number((await ledger.readState(STATE_NAME)) ?? 0);
}
