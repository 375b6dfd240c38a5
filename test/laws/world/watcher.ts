import { type Checkpoint, compareSequences, type LedgerRow } from '../../../lambdas/domain/ledger.ts';
import { STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import type { Watch } from './ports.ts';
import { ALLOWED_LATENESS_MS } from './sendings.ts';
import type { AcceptedRecord, Shards } from './shards.ts';
import type { Objects } from './stores.ts';

/** What must hold at every moment of a history; a breach is a sentence. */
export class Watcher implements Watch {
  readonly breaches: string[] = [];
  readonly #shards: Shards;
  readonly #objects: Objects;
  /** Rows by their id and the claim answers that they came of, without what compression makes of bodies. */
  readonly #rows = new Map<string, string>();
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(shards: Shards, objects: Objects) {
    this.#shards = shards;
    this.#objects = objects;
  }

  /** A row comes after its objects, and depends on batch and claim answers alone; its places have landed. */
  rowAppended(row: LedgerRow, heard: string): void {
    this.#requireSame(row, heard);
    for (const { key } of row.objects) {
      if (!this.#objects.bytes.has(key))
        this.breaches.push(`the ledger names ${nameOf(key)}, which does not stand`);
    }
    for (const accepted of this.#within(row)) accepted.hasLanded = true;
  }

  #requireSame(row: LedgerRow, heard: string): void {
    const { ledgerId, accepted, duplicate, quarantined } = row;
    const keys = row.objects.map(({ key }) => key).join();
    const text = `${keys} ${accepted} ${duplicate} ${quarantined}`;
    const name = `${ledgerId}${heard}`;
    const before = this.#rows.get(name);
    if (before === undefined) this.#rows.set(name, text);
    else if (before !== text) this.breaches.push('the same batch gives other keys at another time');
  }

  /** A checkpoint passes only what has landed or was given up. */
  checkpointMoves({ shardId, sequence }: Checkpoint): void {
    this.#requireDone('the checkpoint', shardId, sequence);
  }

  /** So does the mapping's position. */
  positionMoves(shardId: string, sequence: string): void {
    this.#requireDone('the position', shardId, sequence);
  }

  /** The tables hold these rows now. */
  committed(rows: readonly LedgerRow[]): void {
    for (const row of rows) for (const accepted of this.#within(row)) accepted.isStaged = true;
  }

  /** The watermark never falls, and passes neither a record that waits nor one that landed and is not staged. */
  stateMoves(name: string, value: string): void {
    if (name !== STATE_NAMES.watermark) return;
    const watermarkMs = Number(value);
    if (watermarkMs < this.#watermarkMs) this.breaches.push('the watermark falls');
    this.#watermarkMs = watermarkMs;
    for (const accepted of this.#shards.records()) {
      const { record, isStaged, isDiscarded, hasLanded } = accepted;
      if (isStaged || isDiscarded || record.arrivalTimeMs - ALLOWED_LATENESS_MS >= watermarkMs) continue;
      this.breaches.push(
        `the watermark passes ${placeName(accepted)}, which ${hasLanded ? 'is not staged' : 'waits'}`,
      );
    }
  }

  #requireDone(what: string, shardId: string, sequence: string): void {
    for (const accepted of this.#shardOf(shardId)) {
      if (compareSequences(accepted.record.sequenceNumber, sequence) > 0) return;
      if (accepted.hasLanded || accepted.isDiscarded) continue;
      this.breaches.push(`${what} passes ${placeName(accepted)}, which has not landed`);
    }
  }

  *#within({ shardId, firstSequence, lastSequence }: LedgerRow): Generator<AcceptedRecord> {
    for (const accepted of this.#shardOf(shardId)) {
      const { sequenceNumber } = accepted.record;
      if (compareSequences(sequenceNumber, lastSequence) > 0) return;
      if (compareSequences(sequenceNumber, firstSequence) >= 0) yield accepted;
    }
  }

  #shardOf(shardId: string): readonly AcceptedRecord[] {
    return this.#shards.all.find((shard) => shard.shardId === shardId)?.accepted ?? [];
  }
}

/** Short names for counterexamples: the shard's number and the sequence. */
export function placeName({ record }: AcceptedRecord): string {
  return `record ${record.sequenceNumber} of shard ${shardName(record.shardId)}`;
}

export function shardName(shardId: string): string {
  return String(Number(shardId.slice(-4)));
}

function nameOf(key: string): string {
  return `a ${key.slice(0, key.indexOf('/'))} object`;
}
