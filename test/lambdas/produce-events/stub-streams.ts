import { hash } from 'node:crypto';
import type { EventStream, OutgoingRecord, PutResult } from '../../../lambdas/ports/stream.ts';
import type { VirtualTimers } from './virtual-timers.ts';

export const THROTTLED = 'ProvisionedThroughputExceededException';

export function record(partitionKey: string, text = ''): OutgoingRecord {
  return { partitionKey, data: new TextEncoder().encode(text) };
}

export function textOf(sent: OutgoingRecord): string {
  return `${sent.partitionKey}${Buffer.from(sent.data)}`;
}

/** An error code, or null to accept. */
export type Refuses = (call: number, place: number, record: OutgoingRecord) => string | null;

/** A stream in memory; `refuses` decides, call by call and record by record. */
export class StubStream implements EventStream {
  readonly calls: (readonly OutgoingRecord[])[] = [];
  readonly accepted: OutgoingRecord[] = [];
  readonly keepsCallOrder: boolean;
  readonly #refuses: Refuses;

  constructor(refuses: Refuses = () => null, options: { readonly keepsCallOrder?: boolean } = {}) {
    this.#refuses = refuses;
    this.keepsCallOrder = options.keepsCallOrder ?? false;
  }

  async put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    this.calls.push(records);
    return records.map((each, place): PutResult => {
      const errorCode = this.#refuses(this.calls.length, place, each);
      if (errorCode !== null) return { kind: 'refused', errorCode, message: 'no' };
      this.accepted.push(each);
      return { kind: 'accepted', shardId: 's', sequenceNumber: String(this.accepted.length) };
    });
  }
}

export interface ThrottledOptions {
  readonly shards: number;
  /** What a shard takes in a second. */
  readonly recordsPerS: (shard: number) => number;
  readonly callMs: number;
}

/** Shards that each take so many records a second, as Kinesis does, over virtual time. */
export class ThrottledStream implements EventStream {
  readonly accepted: { readonly shard: number; readonly atMs: number; readonly record: OutgoingRecord }[] =
    [];
  calls = 0;
  refusals = 0;
  readonly #timers: VirtualTimers;
  readonly #options: ThrottledOptions;
  readonly #freeAtMs: number[];

  constructor(timers: VirtualTimers, options: ThrottledOptions) {
    this.#timers = timers;
    this.#options = options;
    this.#freeAtMs = Array.from({ length: options.shards }, () => 0);
  }

  async put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    this.calls += 1;
    await this.#timers.pause(this.#options.callMs);
    return records.map((each) => this.#putOne(each));
  }

  shardOf({ partitionKey }: OutgoingRecord): number {
    const first = Number.parseInt(hash('md5', partitionKey, 'hex').slice(0, 8), 16);
    return Math.floor((first / 2 ** 32) * this.#options.shards);
  }

  #putOne(each: OutgoingRecord): PutResult {
    const { nowMs } = this.#timers;
    const shard = this.shardOf(each);
    const freeAtMs = this.#freeAtMs[shard] ?? 0;
    // A second's worth may come at once.
    if (freeAtMs > nowMs + 1_000) {
      this.refusals += 1;
      return { kind: 'refused', errorCode: THROTTLED, message: `Rate exceeded for shard ${shard}` };
    }
    this.#freeAtMs[shard] = Math.max(freeAtMs, nowMs) + 1_000 / this.#options.recordsPerS(shard);
    this.accepted.push({ shard, atMs: nowMs, record: each });
    return { kind: 'accepted', shardId: String(shard), sequenceNumber: String(this.accepted.length) };
  }
}
