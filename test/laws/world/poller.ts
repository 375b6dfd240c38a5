import { compareSequences } from '../../../lambdas/domain/ledger.ts';
import { failureObject } from '../../../local/event-source-mapping/failure-record.ts';
import type { InvocationOutcome } from '../../../local/event-source-mapping/invocation-outcome.ts';
import type { MappingSettings } from '../../../local/event-source-mapping/mapping-settings.ts';
import { type MappingAction, ShardMapping } from '../../../local/event-source-mapping/shard-mapping.ts';
import type { Shard } from './shards.ts';

const NAMES = {
  mappingId: 'mapping',
  functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:consume-events',
  streamArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events',
  region: 'eu-west-1',
  roleArn: 'arn:aws:iam::000000000000:role/consume-events',
};

/** Milliseconds before a batch comes again. */
const PAUSE_MS = 500;

/** Up to where each shard is done, as it is stored: it outlives pollers and only moves forward. */
export class Positions {
  readonly #sequences = new Map<string, string>();

  of(shardId: string): string | null {
    return this.#sequences.get(shardId) ?? null;
  }

  /** Whether it moved. */
  advance(shardId: string, sequence: string | null): boolean {
    const stored = this.#sequences.get(shardId);
    if (sequence === null || (stored !== undefined && compareSequences(sequence, stored) <= 0)) return false;
    this.#sequences.set(shardId, sequence);
    return true;
  }
}

/** A driver of the event source mapping: reads one shard and has one action in hand at a time. */
export class Poller {
  readonly shard: Shard;
  /** Crashed, or shut down: what its invocations answer reaches nobody. */
  isGone = false;
  readonly #mapping: ShardMapping;
  #isBusy = false;
  /** When the mapping has something by time alone: asked for at each move, and changed by few. */
  #dueMs: number | null = null;

  constructor(shard: Shard, settings: MappingSettings, positions: Positions) {
    this.shard = shard;
    const { shardId } = shard;
    const position = positions.of(shardId);
    this.#mapping = new ShardMapping({
      shardId,
      settings,
      position,
      pause: (failures) => failures * PAUSE_MS,
    });
  }

  get position(): string | null {
    return this.#mapping.position;
  }

  /** Whether `next` would give something. */
  isReady(nowMs: number): boolean {
    if (this.#isBusy) return false;
    return this.#dueMs === null ? this.#hasUntaken() : this.#dueMs <= nowMs;
  }

  /** When it will be ready by time alone; null: never, or it is. */
  dueMs(): number | null {
    return this.#isBusy ? null : this.#dueMs;
  }

  /** Nothing of the shard is left to do. */
  isDrained(): boolean {
    return !this.#hasUntaken() && this.#mapping.isIdle;
  }

  next(nowMs: number): MappingAction | null {
    const from = this.#firstUntaken();
    const room = this.#mapping.room();
    const records = this.shard.accepted.slice(from, from + room).map(({ record }) => record);
    if (records.length > 0) this.#mapping.take(records, nowMs);
    const [action] = this.#mapping.actions(nowMs);
    this.#isBusy = action !== undefined;
    this.#dueMs = this.#mapping.dueMs();
    return action ?? null;
  }

  settleInvocation(id: number, outcome: InvocationOutcome, nowMs: number): void {
    if (this.#mapping.settleInvocation(id, outcome, nowMs).next !== 'stale') this.#isBusy = false;
    this.#dueMs = this.#mapping.dueMs();
  }

  settleDiscard(id: number, isKept: boolean, nowMs: number): void {
    this.#mapping.settleDiscard(id, isKept, nowMs);
    this.#isBusy = false;
    this.#dueMs = this.#mapping.dueMs();
  }

  #hasUntaken(): boolean {
    const last = this.shard.accepted.at(-1);
    if (last === undefined) return false;
    const taken = this.#mapping.lastTaken;
    return taken === null || compareSequences(taken, last.record.sequenceNumber) < 0;
  }

  #firstUntaken(): number {
    const taken = this.#mapping.lastTaken;
    if (taken === null) return 0;
    let from = this.shard.accepted.length;
    while (from > 0) {
      const before = this.shard.accepted[from - 1];
      if (before !== undefined && compareSequences(before.record.sequenceNumber, taken) <= 0) break;
      from -= 1;
    }
    return from;
  }
}

/** The failure destination's object for a discard action, as the laptop's mapping writes it. */
export function failureOf(action: MappingAction & { kind: 'discard' }, nowMs: number) {
  const { batch, condition, earlierInvocations: invocations } = action;
  return failureObject('failures/', { batch, condition, invocations, discardedAtMs: nowMs }, NAMES);
}
