import type { Severity } from '../domain/models/model.ts';
import type { CompactionReport } from './compact-table.ts';
import type { RowChanges, TableDiff } from './table-diff.ts';

export interface ModelReport extends RowChanges {
  readonly model: string;
  readonly durationMs: number;
}

export interface CheckReport {
  readonly check: string;
  readonly severity: Severity;
  readonly meaning: string;
  readonly badRows: number;
  /** Up to ten bad rows, column names first. */
  readonly examples: readonly Readonly<Record<string, string | null>>[];
}

/**
 * What became of everything that arrived, each record of the stream once. Money and metrics close elsewhere; this
 * closes the counts (promise 8).
 */
export interface Reconciliation {
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly staged: number;
  readonly tooLate: number;
  /** Accepted copies that staging folded into another of the same event_id and content. */
  readonly collapsed: number;
  /** Accepted copies that lost their event_id to another one of other content. */
  readonly conflicts: number;
  /** Accepted records in objects that are missing or broken and have no replacement yet. */
  readonly setAside: number;
  /** Copies beside these counts: records that the stream gave again, by equal coordinates. */
  readonly redelivered: number;
  /** Of the duplicates and conflicts: those of event ids whose claim holder never landed. */
  readonly orphaned: number;
}

/** Refused records of one reason; those that staging found in conflict are among them. */
export interface QuarantineReport {
  readonly reason: string;
  readonly records: number;
  /** Of these: how many have landed since. */
  readonly replayed: number;
}

export const RUN_STEPS = [
  'sources',
  'model',
  'currency',
  'checks',
  'views',
  'finish',
  'publish',
  'compact',
] as const;
export interface RunStep {
  readonly kind: (typeof RUN_STEPS)[number];
  /** Of a model step, and of a compact step: its table. */
  readonly model?: string;
}

/** What a step did, done once or, after a crash, again. */
export interface StepReport extends RunStep {
  /**
   * Rows loaded, changed, found bad or published, or by how many files a table became smaller, as fits the step; null
   * where there are none to count.
   */
  readonly rows: number | null;
  readonly durationMs: number;
  /** Null where the engine does not tell. */
  readonly scannedBytes: number | null;
}

/** The build that a run published. */
export interface Publication {
  /** Its folder's name. */
  readonly build: string;
  readonly tables: number;
  /** Of these: taken from the build before, since no run has changed them. */
  readonly reused: number;
  /** Files that had to be written, with their rows; all else is the build before's. Null of runs that did not keep it. */
  readonly writtenFiles: number | null;
  readonly writtenRows: number | null;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** `full`: every table is computed whole; `incremental`: the rows that something new can have changed. */
export const RUN_MODES = ['full', 'incremental'] as const;
export type RunMode = (typeof RUN_MODES)[number];

export const RUN_STATUSES = ['unchanged', 'running', 'succeeded', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** A run as the lake keeps it: enough to go on after any step, in another process. */
export interface RunRecord {
  readonly runId: string;
  readonly status: RunStatus;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  /** Why there was something to do. */
  readonly reason: string;
  readonly mode: RunMode;
  /** The table of the step at hand whose changes are found and not yet written; kept by engines that commit each table. */
  readonly diffed?: (TableDiff & { readonly model: string }) | null;
  readonly watermarkMs: number | null;
  readonly ledgerRows: number;
  readonly steps: readonly RunStep[];
  readonly stepsDone: number;
  /** Of the steps done. */
  readonly stepReports: readonly StepReport[];
  readonly models: readonly ModelReport[];
  readonly checks: readonly CheckReport[];
  readonly reconciliation: Reconciliation | null;
  readonly quarantine: readonly QuarantineReport[];
  /** Of a compaction: the tables that it has looked at. */
  readonly compactions?: readonly CompactionReport[] | undefined;
  /** Null until it has published, and where nothing publishes. */
  readonly publication: Publication | null;
}
