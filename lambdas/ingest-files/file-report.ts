import type { FileFormat } from '../domain/datasets/dataset.ts';
import type { RejectionReason } from '../domain/events/rejection.ts';

/** Why a file is refused whole. */
export const FILE_PROBLEMS = [
  'empty',
  'broken_compression',
  'not_utf8',
  'not_text',
  'not_a_table',
  'format',
  'separator',
  'header',
  'dataset',
  'quote',
  'changed',
  'too_many_bad_rows',
  'shrunk',
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

/** Why a row goes to quarantine: it breaks the rules of its cells or of the event, or has other cells than the header. */
export type RowReason = RejectionReason | 'wrong_cells';

export interface BadRow {
  /** On which it begins; 1 is the file's first line. */
  readonly line: number;
  readonly reason: RowReason;
  /** Never repeats a value. */
  readonly detail: string;
}

/**
 * `landed`: its rows stand in raw and ledger (in a dry run: they would). `skipped`: the same bytes had landed before,
 * maybe under another name. `refused`: nothing of it counts.
 */
export type FileOutcome = 'landed' | 'skipped' | 'refused';

/** What became of one file. */
export interface FileReport {
  readonly name: string;
  readonly outcome: FileOutcome;
  /** Hex, of the bytes as they lie there; empty when they could not be read. */
  readonly sha256: string;
  /** Null when it was not told. */
  readonly dataset: string | null;
  readonly format: FileFormat | null;
  /** Null where there is none, and for NDJSON. */
  readonly separator: string | null;
  readonly rows: number;
  readonly accepted: number;
  readonly bad: number;
  readonly badReasons: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly badRows: readonly BadRow[];
  /** Columns that no declaration knows: kept in raw, not read further. */
  readonly extraColumns: readonly string[];
  /** Optional columns that the file lacks. */
  readonly absentColumns: readonly string[];
  /** Objects written. */
  readonly objects: number;
  readonly problem: FileProblem | null;
  /** One line for people; empty when there is nothing to say. */
  readonly detail: string;
}
