import * as z from 'zod';
import type { LedgerStore } from '../ports/ledger-store.ts';
import { replaceState, STATE_NAMES } from './lake-state.ts';
import type { RunRecord } from './run-record.ts';

/** By table: the last run that may have changed it. */
export type TableVersions = Readonly<Record<string, string>>;

const tableVersions = z.record(z.string(), z.string());

/** A table that is missing has a version that nobody knows. */
export async function readTableVersions(ledger: LedgerStore): Promise<TableVersions> {
  const stored = await ledger.readState(STATE_NAMES.tableVersions);
  return stored === null ? {} : tableVersions.parse(JSON.parse(stored));
}

/**
 * Names the run as the version of each table that it changes. Written before the changes are committed: should they
 * never be, a version too many costs one file that is written again, and a version too few would publish old rows.
 */
export async function writeTableVersions(ledger: LedgerStore, run: RunRecord): Promise<void> {
  const changed = run.models.filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0);
  if (changed.length === 0) return;
  const versions = {
    ...(await readTableVersions(ledger)),
    ...Object.fromEntries(changed.map(({ model }) => [model, run.runId])),
  };
  await replaceState(ledger, STATE_NAMES.tableVersions, JSON.stringify(versions));
}
