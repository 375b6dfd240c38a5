import type { Checkpoint, LedgerRow, StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { SetAside } from '../../../lambdas/domain/set-aside.ts';
import type { LedgerStore, StoredRun } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';

/** Called around each effect; throwing from it is a crash at that point. */
export type EffectHook = (when: 'before' | 'after', effect: string) => void;

/** An object store and a ledger in memory, both of which tell their hook of each write. */
export class MemoryLake implements ObjectStore, LedgerStore {
  readonly objects = new Map<string, Uint8Array>();
  readonly ledgerRows = new Map<string, LedgerRow>();
  readonly state = new Map<string, string>();
  readonly effects: string[] = [];
  hook: EffectHook = () => undefined;

  putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    return this.#effect(`put ${key}`, () => {
      if (this.objects.has(key)) return 'exists';
      this.objects.set(key, body);
      return 'created';
    });
  }

  get(key: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.objects.get(key) ?? null);
  }

  async *list(prefix: string): AsyncGenerator<string> {
    yield* [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  locationOf(key: string): string {
    return `/memory/${key}`;
  }

  append(row: LedgerRow): Promise<'appended' | 'exists'> {
    return this.#effect(`append ${row.ledgerId}`, () => {
      if (this.ledgerRows.has(row.ledgerId)) return 'exists';
      this.ledgerRows.set(row.ledgerId, row);
      return 'appended';
    });
  }

  rows(filter: { readonly source?: string } = {}): Promise<readonly StoredLedgerRow[]> {
    return Promise.resolve(
      [...this.ledgerRows.values()]
        .filter((row) => filter.source === undefined || row.source === filter.source)
        .sort((left, right) => (left.ledgerId < right.ledgerId ? -1 : 1))
        .map((row) => ({ ...row, stagedBy: null })),
    );
  }

  readState(name: string): Promise<string | null> {
    return Promise.resolve(this.state.get(name) ?? null);
  }

  writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    return this.#effect(`state ${name}`, () => {
      if ((this.state.get(name) ?? null) !== expected) return false;
      this.state.set(name, value);
      return true;
    });
  }

  markStaged(): Promise<void> {
    throw new Error('An ingestion stages nothing.');
  }

  advanceCheckpoint(_checkpoint: Checkpoint): Promise<void> {
    throw new Error('A batch source has no checkpoint.');
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return Promise.resolve([]);
  }

  setAside(_note: SetAside): Promise<void> {
    throw new Error('An ingestion sets nothing aside.');
  }

  setAsides(): Promise<readonly SetAside[]> {
    return Promise.resolve([]);
  }

  putRun(): Promise<void> {
    throw new Error('An ingestion is no run.');
  }

  runs(): Promise<readonly StoredRun[]> {
    return Promise.resolve([]);
  }

  keepRuns(): Promise<void> {
    throw new Error('An ingestion is no run.');
  }

  /** All that stands in the lake, comparable with toEqual. */
  contents(): unknown {
    return {
      objects: Object.fromEntries(
        [...this.objects].map(([key, body]) => [key, Buffer.from(body).toString('hex')]),
      ),
      rows: Object.fromEntries(this.ledgerRows),
      state: Object.fromEntries(this.state),
    };
  }

  async #effect<Result>(name: string, act: () => Result): Promise<Result> {
    this.hook('before', name);
    this.effects.push(name);
    const result = act();
    this.hook('after', name);
    return Promise.resolve(result);
  }
}
