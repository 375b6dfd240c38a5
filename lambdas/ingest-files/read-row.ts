import type { Breach } from '../domain/events/rejection.ts';
import type { RowReason } from './file-report.ts';

/** One row as it was read. Lines count from 1, the header among them; a row has the number of its first line. */
export type ReadRow =
  /** Cells of CSV, one per column of the header. */
  | { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] }
  /** A line of NDJSON. */
  | { readonly kind: 'json'; readonly line: number; readonly bytes: Uint8Array }
  | BadReadRow;

export interface BadReadRow {
  readonly kind: 'bad';
  readonly line: number;
  readonly breach: RowBreach;
  /** What the file has there; of a line that is too long its beginning. */
  readonly body: Uint8Array;
}

export interface RowBreach extends Omit<Breach, 'reason'> {
  readonly reason: RowReason;
}
