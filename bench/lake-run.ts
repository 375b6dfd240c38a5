import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../lambdas/domain/models/model.ts';
import { readRun } from '../lambdas/run-lake/run-history.ts';
import type { RunRecord, StepReport } from '../lambdas/run-lake/run-record.ts';
import type { Lake } from '../local/lake.ts';
import { readModels } from '../local/model-files.ts';
import { SqliteLedgerStore } from '../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../local/state-database.ts';
import { type ProcessUsage, runMeasured } from './measured-process.ts';

const COMMAND_LINE = join(import.meta.dirname, '../local/start.js');
const BYTES_PER_MB = 1_048_576;
const SPILL_POLL_MS = 100;

/** What one `millpond run` took, as a process of its own, and what it says of itself. */
export interface LakeRun extends ProcessUsage {
  readonly record: RunRecord;
  /** Most that lay in the temporary folder at once. */
  readonly spillMb: number;
}

/** Throws Error when the run fails or a check of severity error finds rows. */
export async function runOf(lake: Lake, usageFile: string): Promise<LakeRun> {
  const { usage, spillMb } = await withSpill(lake.tempFolder, () =>
    runMeasured([COMMAND_LINE, '--lake', lake.folder, '--quiet', '--json', 'run'], usageFile),
  );
  const database = openStateDatabase(lake.stateFile);
  try {
    const record = await readRun(new SqliteLedgerStore(database));
    if (record?.status !== 'succeeded') throw new Error(`the run ended as ${record?.status}`);
    return { ...usage, record, spillMb };
  } finally {
    database.close();
  }
}

/** The most bytes that lay in a folder while the work was done, asked for ten times a second. */
export async function withSpill(
  folder: string,
  work: () => Promise<ProcessUsage>,
): Promise<{ readonly usage: ProcessUsage; readonly spillMb: number }> {
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, bytesBelow(folder));
  }, SPILL_POLL_MS);
  try {
    return { usage: await work(), spillMb: most / BYTES_PER_MB };
  } finally {
    clearInterval(look);
  }
}

/** Files may come and go meanwhile. */
function bytesBelow(folder: string): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + sizeOf(join(entry.parentPath, entry.name)), 0);
  } catch {
    return 0;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** By what a step finds its rows. An engine that tells no bytes read has at least the time and the rows changed. */
export const SLICE_KINDS = ['arrivals', 'dates', 'keys', 'whole'] as const;
export type SliceKind = (typeof SLICE_KINDS)[number];

/** Keys whose rows arrive together, whatever the history holds. */
const ARRIVAL_KEYS: ReadonlySet<string> = new Set(['event_id', 'ledger_id', 'shard_id']);
const DATE_KEYS: ReadonlySet<string> = new Set(['entry_date', 'sale_date']);

/** Scratch tables that many slices read count with the keys; null for a step that builds no model. */
export function sliceKindOf(step: StepReport, models: readonly Model[]): SliceKind | null {
  const model = models.find(({ name }) => name === step.model);
  if (model === undefined) return null;
  if (model.kind !== 'table') return 'keys';
  if (model.slice.kind === 'all') return 'whole';
  const [first = ''] = model.slice.columns;
  if (ARRIVAL_KEYS.has(first)) return 'arrivals';
  return DATE_KEYS.has(first) ? 'dates' : 'keys';
}

/** Seconds of the steps that satisfy the condition. */
export function secondsOf({ record }: LakeRun, isCounted: (step: StepReport) => boolean): number {
  return record.stepReports.filter(isCounted).reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
}

/** Sources and models: what the yardstick does too. Checks, views, the commit and the publication stand apart. */
export function isBuilding({ kind }: StepReport): boolean {
  return kind === 'sources' || kind === 'model' || kind === 'currency' || kind === 'finish';
}

/** One line a step, the longest first: milliseconds, share, rows changed, rows a millisecond, slice. */
export function stepLines({ record }: LakeRun, most: number): readonly string[] {
  const { models } = readModels();
  const total = record.stepReports.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [...record.stepReports]
    .sort((left, right) => right.durationMs - left.durationMs)
    .slice(0, most)
    .map((step) => {
      const rows = step.rows ?? 0;
      const cells = [
        String(step.durationMs).padStart(8),
        'ms',
        `${((100 * step.durationMs) / Math.max(1, total)).toFixed(1)} %`.padStart(7),
        String(rows).padStart(10),
        'rows',
        (rows / Math.max(1, step.durationMs)).toFixed(1).padStart(8),
        'rows/ms ',
        (step.model ?? step.kind).padEnd(26),
        sliceKindOf(step, models) ?? '',
      ];
      return cells.join(' ').trimEnd();
    });
}
