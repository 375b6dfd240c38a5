import {
  type Checkpoint,
  compareSequences,
  type LedgerRow,
  type StoredLedgerRow,
} from '../../../lambdas/domain/ledger.ts';
import type { SetAside } from '../../../lambdas/domain/set-aside.ts';
import type { ClaimAnswer, ClaimRequest } from '../../../lambdas/ports/claim-store.ts';

interface Claim {
  readonly owner: string;
  readonly digest: string;
  readonly expiresAtMs: number;
}

/** Claims by the rules of the port, one request at a time and without waiting. */
export class Claims {
  readonly held = new Map<string, Claim>();

  answer({ eventId, owner, digest, arrivalTimeMs, expiresAtMs }: ClaimRequest): ClaimAnswer {
    const claim = this.held.get(eventId);
    if (claim !== undefined && claim.owner !== owner && claim.expiresAtMs >= arrivalTimeMs)
      return { kind: 'held', owner: claim.owner, digest: claim.digest };
    this.held.set(eventId, { owner, digest, expiresAtMs });
    return { kind: 'granted' };
  }
}

/** Objects under their keys. */
export class Objects {
  readonly bytes = new Map<string, Uint8Array>();
  /** Keys that came to hold other bytes than at first: what promise 2 forbids. */
  readonly rewritten: string[] = [];

  putIfAbsent(key: string, body: Uint8Array): 'created' | 'exists' {
    if (this.bytes.has(key)) return 'exists';
    this.bytes.set(key, body);
    return 'created';
  }

  overwrite(key: string, body: Uint8Array): 'created' {
    const before = this.bytes.get(key);
    if (before !== undefined && Buffer.compare(before, body) !== 0) this.rewritten.push(key);
    this.bytes.set(key, body);
    return 'created';
  }

  keys(prefix: string): readonly string[] {
    return [...this.bytes.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** The ledger, its checkpoints and the lake's state. */
export class Ledger {
  readonly rows = new Map<string, StoredLedgerRow>();
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly states = new Map<string, string>();
  readonly setAsides = new Map<string, SetAside>();

  append(row: LedgerRow): 'appended' | 'exists' {
    if (this.rows.has(row.ledgerId)) return 'exists';
    this.rows.set(row.ledgerId, { ...row, stagedBy: null });
    return 'appended';
  }

  ascending(): readonly StoredLedgerRow[] {
    return [...this.rows.values()].sort((left, right) => (left.ledgerId < right.ledgerId ? -1 : 1));
  }

  markStaged(ledgerIds: readonly string[], runId: string): void {
    for (const ledgerId of ledgerIds) {
      const row = this.rows.get(ledgerId);
      if (row !== undefined) this.rows.set(ledgerId, { ...row, stagedBy: runId });
    }
  }

  advanceCheckpoint(checkpoint: Checkpoint): void {
    const stored = this.checkpoints.get(checkpoint.shardId);
    if (stored === undefined || compareSequences(checkpoint.sequence, stored.sequence) > 0)
      this.checkpoints.set(checkpoint.shardId, checkpoint);
  }

  writeState(name: string, expected: string | null, value: string): boolean {
    if ((this.states.get(name) ?? null) !== expected) return false;
    this.states.set(name, value);
    return true;
  }
}
