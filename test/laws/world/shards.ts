import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { PlannedRecord, Sending } from './sendings.ts';
import { bytesOf } from './sendings.ts';

/** A record that the stream has accepted, with the truth about it and what has become of it so far. */
export interface AcceptedRecord {
  readonly record: StreamRecord;
  readonly sendings: readonly Sending[];
  /** A ledger row names its place. */
  hasLanded: boolean;
  /** It was given up and lies in the failure destination. */
  isDiscarded: boolean;
  /** It lay in the failure destination and is gone from there. */
  isForgotten: boolean;
  /** The last run of staging has read a ledger row that names its place. */
  isStaged: boolean;
}

export interface Shard {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  readonly openedAtMs: number;
  isClosed: boolean;
  readonly accepted: AcceptedRecord[];
}

/** Sequence numbers begin below ten: where they get longer, comparing them as texts goes wrong. */
const FIRST_SEQUENCE = 7;

/** The stream in memory: shards that take records, split and merge. */
export class Shards {
  readonly all: Shard[] = [];
  readonly #history: number;
  #sequence = FIRST_SEQUENCE;

  constructor(history: number, count: number, nowMs: number) {
    this.#history = history;
    for (let shard = 0; shard < count; shard += 1) this.#open([], nowMs);
  }

  get open(): readonly Shard[] {
    return this.all.filter((shard) => !shard.isClosed);
  }

  put(planned: PlannedRecord, nowMs: number): AcceptedRecord {
    const { open } = this;
    const shard = open[planned.shard % open.length] as Shard;
    const record: StreamRecord = {
      shardId: shard.shardId,
      sequenceNumber: String(this.#sequence),
      partitionKey: 'd',
      arrivalTimeMs: nowMs,
      data: bytesOf(this.#history, planned, nowMs + this.#sequence),
    };
    this.#sequence += 1;
    const accepted = {
      record,
      sendings: planned.sendings,
      hasLanded: false,
      isDiscarded: false,
      isForgotten: false,
      isStaged: false,
    };
    shard.accepted.push(accepted);
    return accepted;
  }

  /** The shard's keys go to two new shards; what it holds stays in it. */
  split(shard: Shard, nowMs: number): void {
    shard.isClosed = true;
    this.#open([shard.shardId], nowMs);
    this.#open([shard.shardId], nowMs);
  }

  merge(left: Shard, right: Shard, nowMs: number): void {
    left.isClosed = true;
    right.isClosed = true;
    this.#open([left.shardId, right.shardId], nowMs);
  }

  /** Every record that any shard has taken. */
  *records(): Generator<AcceptedRecord> {
    for (const shard of this.all) yield* shard.accepted;
  }

  #open(parentShardIds: readonly string[], nowMs: number): void {
    const number = String(this.all.length).padStart(4, '0');
    const shardId = `shardId-${this.#history.toString(16).padStart(8, '0')}${number}`;
    this.all.push({ shardId, parentShardIds, openedAtMs: nowMs, isClosed: false, accepted: [] });
  }
}
