import {
  type Checkpoint,
  compareSequences,
  type LedgerRow,
  type LedgerSource,
  type StoredLedgerRow,
} from '../../lambdas/domain/ledger.ts';
import type { SetAside } from '../../lambdas/domain/set-aside.ts';
import type { LedgerStore, StoredRun } from '../../lambdas/ports/ledger-store.ts';

/** The ledger, checkpoints and lake state in memory. */
export class MemoryLedgerStore implements LedgerStore {
  readonly stored = new Map<string, StoredLedgerRow>();
  readonly states = new Map<string, string>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #runs = new Map<string, StoredRun>();
  readonly #setAsides = new Map<string, SetAside>();

  async append(row: LedgerRow): Promise<'appended' | 'exists'> {
    if (this.stored.has(row.ledgerId)) return 'exists';
    this.stored.set(row.ledgerId, { ...structuredClone(row), stagedBy: null });
    return 'appended';
  }

  async rows(
    filter: { readonly source?: LedgerSource; readonly unstagedOnly?: boolean } = {},
  ): Promise<readonly StoredLedgerRow[]> {
    return [...this.stored.values()]
      .filter((row) => filter.source === undefined || row.source === filter.source)
      .filter((row) => filter.unstagedOnly !== true || row.stagedBy === null)
      .sort((left, right) => (left.ledgerId < right.ledgerId ? -1 : 1));
  }

  async markStaged(ledgerIds: readonly string[], runId: string): Promise<void> {
    const rows = ledgerIds.map((ledgerId) => {
      const row = this.stored.get(ledgerId);
      if (row === undefined) throw new Error(`Cannot mark ledger row ${ledgerId}: it is missing`);
      return row;
    });
    for (const row of rows) this.stored.set(row.ledgerId, { ...row, stagedBy: runId });
  }

  async advanceCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const key = `${checkpoint.source}/${checkpoint.shardId}`;
    const stored = this.#checkpoints.get(key);
    const isBehind = stored !== undefined && compareSequences(checkpoint.sequence, stored.sequence) <= 0;
    if (!isBehind) this.#checkpoints.set(key, checkpoint);
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return [...this.#checkpoints.values()];
  }

  async setAside(note: SetAside): Promise<void> {
    const replacementKey = note.replacementKey ?? this.#setAsides.get(note.objectKey)?.replacementKey ?? null;
    this.#setAsides.set(note.objectKey, { ...note, replacementKey });
  }

  async setAsides(): Promise<readonly SetAside[]> {
    return [...this.#setAsides.values()].sort((left, right) => (left.objectKey < right.objectKey ? -1 : 1));
  }

  async putRun(run: StoredRun): Promise<void> {
    this.#runs.set(run.runId, { ...run });
  }

  async runs(limit: number): Promise<readonly StoredRun[]> {
    return [...this.#runs.values()]
      .sort((left, right) => right.startedAtMs - left.startedAtMs || (left.runId < right.runId ? 1 : -1))
      .slice(0, limit);
  }

  async keepRuns(count: number): Promise<void> {
    const kept = await this.runs(count);
    this.#runs.clear();
    for (const run of kept) this.#runs.set(run.runId, run);
  }

  async readState(name: string): Promise<string | null> {
    return this.states.get(name) ?? null;
  }

  async writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    if ((this.states.get(name) ?? null) !== expected) return false;
    this.states.set(name, value);
    return true;
  }
}
