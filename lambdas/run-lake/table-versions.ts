import * as z from 'zod';
import { type TableVersion, UNKNOWN_VERSION, versionAfter } from '../domain/table-version.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import { replaceState, STATE_NAMES } from './lake-state.ts';
import type { ModelReport, RunRecord } from './run-record.ts';

/** By table: the runs that may have changed it. */
export type TableVersions = Readonly<Record<string, TableVersion>>;

/** What a run changed in one table. */
export type TableChange = Pick<ModelReport, 'model' | 'inserted' | 'updated' | 'deleted' | 'partitions'>;

const place = z.number().int().nonnegative();

/** Runs stand once and are named by their place: a lake of years has thousands of partitions. */
const packed = z.object({
  runs: z.array(z.string()),
  tables: z.record(z.string(), z.object({ all: place.nullable(), partitions: z.record(z.string(), place) })),
});

/** Of earlier Millponds: one run a table. */
const unpartitioned = z.record(z.string(), z.string());

/** A table that is missing has a version that nobody knows. */
export async function readTableVersions(ledger: LedgerStore): Promise<TableVersions> {
  const text = await ledger.readState(STATE_NAMES.tableVersions);
  if (text === null) return {};
  const stored: unknown = JSON.parse(text);
  const read = packed.safeParse(stored);
  if (!read.success) {
    return mapValues(unpartitioned.parse(stored), (all) => ({ all, partitions: {} }));
  }
  const { runs, tables } = read.data;
  return mapValues(tables, ({ all, partitions }) => ({
    all: all === null ? null : (runs[all] ?? null),
    partitions: mapValues(partitions, (run) => runs[run] ?? ''),
  }));
}

/**
 * Names the run as the version of all that it changes. Written before the changes are committed: should they never be,
 * a version too many costs files that are written again, and a version too few would publish old rows.
 */
export async function writeTableVersions(
  ledger: LedgerStore,
  run: Pick<RunRecord, 'runId'> & { readonly models: readonly TableChange[] },
): Promise<void> {
  const changed = run.models.filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0);
  if (changed.length === 0) return;
  const versions = { ...(await readTableVersions(ledger)) };
  for (const { model, partitions } of changed) {
    versions[model] = versionAfter(versions[model] ?? UNKNOWN_VERSION, run.runId, partitions ?? null);
  }
  await replaceState(ledger, STATE_NAMES.tableVersions, JSON.stringify(pack(versions)));
}

/** All files of the next build are written. */
export async function forgetTableVersions(ledger: LedgerStore): Promise<void> {
  if ((await ledger.readState(STATE_NAMES.tableVersions)) !== null)
    await replaceState(ledger, STATE_NAMES.tableVersions, '{}');
}

function pack(versions: TableVersions): z.infer<typeof packed> {
  const places = new Map<string, number>();
  const placeOf = (run: string): number => {
    const known = places.get(run) ?? places.size;
    places.set(run, known);
    return known;
  };
  const tables = mapValues(versions, ({ all, partitions }) => ({
    all: all === null ? null : placeOf(all),
    partitions: mapValues(partitions, placeOf),
  }));
  return { runs: [...places.keys()], tables };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
