import type { Checkpoint, LedgerRow, LedgerSource, StoredLedgerRow } from '../domain/ledger.ts';
import type { SetAside } from '../domain/set-aside.ts';

/** What a run says of itself. Its id and start never change; the body does, as it goes on. */
export interface StoredRun {
  readonly runId: string;
  readonly startedAtMs: number;
  /** JSON, up to some hundred kilobytes. */
  readonly body: string;
}

/** Lake state beside the rows: small JSON values under a name, `watermark`, `reporting_currency`, ... */
export interface LedgerStore {
  /** Put-if-absent by ledgerId; `exists` is success. */
  append(row: LedgerRow): Promise<'appended' | 'exists'>;
  /** All rows (or those of one source, or those not yet staged), ascending by ledgerId. */
  rows(filter?: {
    readonly source?: LedgerSource;
    readonly unstagedOnly?: boolean;
  }): Promise<readonly StoredLedgerRow[]>;
  /** Names the run in each of the rows. Throws when one is missing; rows of the same call may then stay unmarked. */
  markStaged(ledgerIds: readonly string[], runId: string): Promise<void>;
  /** Moves a shard's checkpoint forward; a lower sequence than the stored one changes nothing. */
  advanceCheckpoint(checkpoint: Checkpoint): Promise<void>;
  checkpoints(): Promise<readonly Checkpoint[]>;
  /**
   * Notes an object that staging goes on without, or names its replacement. A later note on the object takes the place
   * of the earlier one, but a replacement once named stays named until another one is.
   */
  setAside(note: SetAside): Promise<void>;
  /** All notes, ascending by object key. */
  setAsides(): Promise<readonly SetAside[]>;
  /** Writes the record of a run, in place of an earlier one of the same id and start. */
  putRun(run: StoredRun): Promise<void>;
  /** The newest runs by start, then id; the newest first. */
  runs(limit: number): Promise<readonly StoredRun[]>;
  /** Forgets all runs but the newest. */
  keepRuns(count: number): Promise<void>;
  readState(name: string): Promise<string | null>;
  /**
   * Compare and set: writes `value` only while the stored one still is `expected` (null = absent).
   * Returns whether it was written.
   */
  writeState(name: string, expected: string | null, value: string): Promise<boolean>;
}
