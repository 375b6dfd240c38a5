import { compareSequences } from '../../lambdas/domain/ledger.ts';
import type { StreamBatch, StreamRecord } from '../../lambdas/ports/stream.ts';
import {
  type BatchPart,
  type DiscardCondition,
  type Pause,
  partAfterPause,
  partsAfterFailure,
} from './batch-part.ts';
import { ContiguousPosition } from './contiguous-position.ts';
import { type InvocationOutcome, verdictOf } from './invocation-outcome.ts';
import { MAX_PAYLOAD_BYTES } from './lambda-payload.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { laneOf } from './partition-lanes.ts';
import { ShardLane } from './shard-lane.ts';

export interface ShardMappingOptions {
  readonly shardId: string;
  readonly settings: MappingSettings;
  /** Where the shard was left, as `position` gave it; null: nothing of it is done. */
  readonly position: string | null;
  readonly pause: Pause;
}

/** What the driver is to do next. It tells how that ended by `settleInvocation` or `settleDiscard`, with the id. */
export type MappingAction =
  | {
      readonly kind: 'invoke';
      /** Of this mapping alone; never given twice. */
      readonly id: number;
      readonly batch: StreamBatch;
      /** How often the function was invoked with these records before. */
      readonly earlierInvocations: number;
    }
  | {
      readonly kind: 'discard';
      readonly id: number;
      readonly batch: StreamBatch;
      readonly condition: DiscardCondition;
      readonly earlierInvocations: number;
    };

/**
 * What an end of an action meant. `succeeded`: records that are done by it, in order. `left`: those of the action's
 * batch that are not, in order; `next` tells what becomes of them:
 * - `nothing`: none is left;
 * - `rest`: cut behind what succeeded, they come again at once (with bisect or not);
 * - `halves`: they come again at once, halved;
 * - `again`: they come again together after a pause;
 * - `discard`: they are given up, a discard action follows;
 * - `stale`: nobody waits for this id any more, as after a second answer; nothing has changed.
 */
export interface Settlement {
  readonly next: 'nothing' | 'rest' | 'halves' | 'again' | 'discard' | 'stale';
  readonly succeeded: readonly StreamRecord[];
  readonly left: readonly StreamRecord[];
  /** What stopped it; null when nothing is left. */
  readonly error: unknown;
  /** Age of the batch's last record when the function had returned; null when it had not (rule 14). */
  readonly iteratorAgeMs: number | null;
}

const STALE: Settlement = { next: 'stale', succeeded: [], left: [], error: null, iteratorAgeMs: null };

interface ActionInHand {
  readonly kind: MappingAction['kind'];
  readonly lane: ShardLane;
  readonly part: BatchPart;
}

/**
 * Lambda's mapping of one shard, as a state machine without I/O, timers, clock or chance; README.md lists its rules
 * and where each comes from. Whoever drives it reads the shard, invokes the function and keeps the time:
 *
 *     const mapping = new ShardMapping({ shardId, settings, position, pause });
 *     mapping.take(records, nowMs)              // records read after the last ones, at most room() of them
 *     mapping.flush()                           // what is taken in is due although no batch is full, as at a shard's end
 *     mapping.actions(nowMs)                    // starts what is due: at most one action for each lane at a time
 *     mapping.settleInvocation(id, outcome, nowMs)
 *     mapping.settleDiscard(id, isKept, nowMs)  // the failure destination has it, or could not be reached
 *     mapping.position                          // to be stored whenever it has moved
 *     mapping.dueMs()                           // when actions() will have more by time alone
 *     mapping.isIdle                            // all that was taken in is done
 *
 * A crash is to drop the object and to make another one from the stored position. Two pollers of one shard, as during a
 * rebalance, are two objects; the stored position must then only move forward.
 */
export class ShardMapping {
  readonly shardId: string;
  readonly #settings: MappingSettings;
  readonly #pause: Pause;
  readonly #lanes: readonly ShardLane[];
  readonly #done: ContiguousPosition;
  readonly #inHand = new Map<number, ActionInHand>();
  #lastTaken: string | null;
  #nextId = 1;

  constructor(options: ShardMappingOptions) {
    const { shardId, settings, position, pause } = options;
    this.shardId = shardId;
    this.#settings = settings;
    this.#pause = pause;
    this.#lanes = Array.from({ length: settings.parallelizationFactor }, () => new ShardLane(settings));
    this.#done = new ContiguousPosition(position);
    this.#lastTaken = position;
  }

  /** Every record up to it is done: succeeded, or kept by the failure destination. Null while none is. */
  get position(): string | null {
    return this.#done.sequence;
  }

  /** The last record that was taken in: where to read on. Null before the first one. */
  get lastTaken(): string | null {
    return this.#lastTaken;
  }

  get isIdle(): boolean {
    return this.#lanes.every((lane) => lane.isIdle);
  }

  /** Whether any batch is in hand, or part of one waits for its next try. */
  get hasBatch(): boolean {
    return this.#lanes.some((lane) => lane.hasBatch);
  }

  /** How many records more it takes in before it has to get some done. */
  room(): number {
    const { batchSize } = this.#settings;
    const records = this.#lanes.reduce((sum, lane) => sum + lane.bufferedRecords, 0);
    const bytes = this.#lanes.reduce((sum, lane) => sum + lane.bufferedBytes, 0);
    if (bytes >= this.#lanes.length * MAX_PAYLOAD_BYTES) return 0;
    return Math.max(0, this.#lanes.length * batchSize - records);
  }

  /** The shard's next records, in order. Throws when they do not follow what was taken before. */
  take(records: readonly StreamRecord[], nowMs: number): void {
    for (const record of records) {
      this.#requireNext(record);
      this.#lastTaken = record.sequenceNumber;
      this.#lanes[laneOf(record.partitionKey, this.#lanes.length)]?.buffer(record, nowMs);
    }
    this.#done.take(records);
  }

  /** All that is taken in is due now, whatever the window. */
  flush(): void {
    for (const lane of this.#lanes) lane.flush();
  }

  /** What is due, now in hand until it is settled. */
  actions(nowMs: number): readonly MappingAction[] {
    const actions: MappingAction[] = [];
    for (const lane of this.#lanes) {
      const part = lane.next(nowMs);
      if (part !== null) actions.push(this.#start(lane, part));
    }
    return actions;
  }

  /**
   * The earliest time at which `actions` has something, if nothing is settled or taken till then; it may lie in the past.
   * Null: by time alone there is none.
   */
  dueMs(): number | null {
    let dueMs: number | null = null;
    for (const lane of this.#lanes) {
      const laneDueMs = lane.dueMs();
      if (laneDueMs !== null && (dueMs === null || laneDueMs < dueMs)) dueMs = laneDueMs;
    }
    return dueMs;
  }

  settleInvocation(id: number, outcome: InvocationOutcome, nowMs: number): Settlement {
    const action = this.#takeFromHand(id, 'invoke');
    if (action === null) return STALE;
    const { lane, part } = action;
    const { succeeded: count, error } = verdictOf(part.records, outcome, this.#settings);
    const succeeded = part.records.slice(0, count);
    const left = part.records.slice(count);
    this.#done.finish(succeeded);
    const parts = left.length === 0 ? [] : this.#partsLeft(part, count, outcome, nowMs);
    lane.putBack(parts);
    const lastArrivalMs = part.records.at(-1)?.arrivalTimeMs ?? nowMs;
    const iteratorAgeMs = outcome.kind === 'returned' ? nowMs - lastArrivalMs : null;
    return { next: whatIsNext(parts, count), succeeded, left, error, iteratorAgeMs };
  }

  /** Not kept: it stays, and is tried again after a pause, so that no record is dropped without a trace. */
  settleDiscard(id: number, isKept: boolean, nowMs: number): Settlement {
    const action = this.#takeFromHand(id, 'discard');
    if (action === null) return STALE;
    const { lane, part } = action;
    if (isKept) this.#done.finish(part.records);
    lane.putBack(isKept ? [] : [partAfterPause(part, { pause: this.#pause, nowMs })]);
    const left = isKept ? [] : part.records;
    return { next: isKept ? 'nothing' : 'discard', succeeded: [], left, error: null, iteratorAgeMs: null };
  }

  #start(lane: ShardLane, part: BatchPart): MappingAction {
    const id = this.#nextId;
    this.#nextId += 1;
    const { records, condition, invocations: earlierInvocations } = part;
    this.#inHand.set(id, { kind: condition === null ? 'invoke' : 'discard', lane, part });
    const batch = { shardId: this.shardId, records };
    return condition === null
      ? { kind: 'invoke', id, batch, earlierInvocations }
      : { kind: 'discard', id, batch, condition, earlierInvocations };
  }

  #takeFromHand(id: number, kind: MappingAction['kind']): ActionInHand | null {
    const action = this.#inHand.get(id);
    if (action?.kind !== kind) return null;
    this.#inHand.delete(id);
    return action;
  }

  #partsLeft(
    part: BatchPart,
    succeeded: number,
    outcome: InvocationOutcome,
    nowMs: number,
  ): readonly BatchPart[] {
    const rules = { settings: this.#settings, pause: this.#pause, nowMs };
    if (outcome.kind === 'not_invoked') return [partAfterPause(part, rules)];
    return partsAfterFailure({ ...part, invocations: part.invocations + 1 }, succeeded, rules);
  }

  #requireNext(record: StreamRecord): void {
    const { shardId, sequenceNumber } = record;
    const isNext = this.#lastTaken === null || compareSequences(this.#lastTaken, sequenceNumber) < 0;
    if (shardId === this.shardId && isNext) return;
    throw new RangeError(
      `Record ${sequenceNumber} of ${shardId} cannot follow record ${this.#lastTaken} of ${this.shardId}`,
    );
  }
}

function whatIsNext(parts: readonly BatchPart[], succeeded: number): Settlement['next'] {
  const [first] = parts;
  if (first === undefined) return 'nothing';
  if (first.condition !== null) return 'discard';
  if (parts.length > 1) return 'halves';
  return succeeded > 0 ? 'rest' : 'again';
}
