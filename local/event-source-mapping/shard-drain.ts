import { fullJitterMs } from '../../lambdas/domain/full-jitter.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import type { Backoff } from '../backoff.ts';
import type { LocalStream } from '../local-stream.ts';
import { BatchFailedError, RepeatedFailures } from './batch-failed-error.ts';
import type { CountedWork } from './drain-counts.ts';
import type { DiscardedBatch } from './failure-record.ts';
import type { ConsumeBatch, InvocationOutcome } from './invocation-outcome.ts';
import { MAX_PAYLOAD_BYTES } from './lambda-payload.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { type MappingAction, type Settlement, ShardMapping } from './shard-mapping.ts';

/** What the shards of a drain have in common. */
export interface ShardDrainContext {
  readonly stream: LocalStream;
  readonly consumer: string;
  readonly settings: MappingSettings;
  readonly consume: ConsumeBatch;
  /** Keeps what is given up; null: nothing ever is. */
  readonly discard: ((discarded: DiscardedBatch) => Promise<void>) | null;
  /** Of one record with one message; then the drain ends with BatchFailedError. */
  readonly maxIdenticalFailures: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Some of what waits is dealt with. */
  readonly onWork: (work: Partial<CountedWork>) => void;
}

/** What a shard of the stream has for the drain: the records behind `from` and up to `to`. */
export interface ShardStretch {
  readonly shardId: string;
  /** Null: nothing of the shard was ever consumed. */
  readonly from: string | null;
  /** Null: the shard has never held a record. */
  readonly to: string | null;
  /** Whether the consumer had been at work on the stream before, so that what is missing behind `from` is lost. */
  readonly isKnownConsumer: boolean;
}

/** Drives the mapping of one shard: reads for it, invokes the consumer, stores the position, keeps the pauses. */
export class ShardDrain {
  readonly #context: ShardDrainContext;
  readonly #stretch: ShardStretch;
  readonly #mapping: ShardMapping;
  readonly #failures = new RepeatedFailures();
  /** Behind which record to read on. */
  #readTo: string | null;
  #savedPosition: string | null;
  #waiting: number;
  /** What ended the work, if anything did. */
  #end: { readonly error: unknown } | null = null;

  constructor(context: ShardDrainContext, stretch: ShardStretch) {
    const { settings, backoff } = context;
    const { shardId, from } = stretch;
    this.#context = context;
    this.#stretch = stretch;
    this.#readTo = from;
    this.#savedPosition = from;
    this.#waiting = this.#unread;
    this.#mapping = new ShardMapping({
      shardId,
      settings,
      position: from,
      pause: (failuresInARow) => fullJitterMs(failuresInARow, backoff, backoff.random()),
    });
  }

  get shardId(): string {
    return this.#stretch.shardId;
  }

  /** Nothing is left of the stretch. */
  get isDone(): boolean {
    return this.#unread === 0 && this.#mapping.isIdle;
  }

  /** Records of the stretch that are not done; those that are gone count until that shows. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Reads until a batch is full or all is read, and works until no batch is in hand. Ends early when the drain is
   * aborted, after the calls that run. Throws BatchFailedError, or what the stream throws when it cannot take the position;
   * after the calls that run too.
   */
  async turn(): Promise<void> {
    this.#fill();
    const running = new Map<number, Promise<void>>();
    while (!this.#isStopped() || running.size > 0) {
      for (const action of this.#isStopped() ? [] : this.#mapping.actions(this.#context.clock.nowMs())) {
        const work = this.#work(action).finally(() => running.delete(action.id));
        running.set(action.id, work);
      }
      if (running.size > 0) await Promise.race(running.values());
      else if (!this.#mapping.hasBatch) break;
      else await this.#waitUntilDue();
    }
    if (this.#end !== null) throw this.#end.error;
  }

  #isStopped(): boolean {
    return this.#end !== null || this.#context.signal?.aborted === true;
  }

  async #waitUntilDue(): Promise<void> {
    const { backoff, clock, signal } = this.#context;
    const nowMs = clock.nowMs();
    const delayMs = (this.#mapping.dueMs() ?? nowMs) - nowMs;
    if (delayMs > 0) await backoff.wait(delayMs, signal);
  }

  get #unread(): number {
    return Math.max(0, Number(this.#stretch.to ?? 0) - Number(this.#readTo ?? 0));
  }

  #fill(): void {
    const { clock, settings, stream } = this.#context;
    for (let room = this.#mapping.room(); room > 0 && this.#unread > 0; room = this.#mapping.room()) {
      const records = stream.read({
        shardId: this.shardId,
        afterSequence: this.#readTo,
        limit: Math.min(room, this.#unread),
        maxBytes: settings.parallelizationFactor * MAX_PAYLOAD_BYTES,
      });
      this.#passGap(records);
      this.#mapping.take(records, clock.nowMs());
    }
    if (this.#unread === 0) this.#mapping.flush();
    if (this.isDone) this.#savePosition();
  }

  /**
   * Sequence numbers of the laptop's stream have no gaps, so one that shows is made of records that are gone: lost, but
   * for a consumer that has only begun.
   */
  #passGap(records: readonly StreamRecord[]): void {
    const { isKnownConsumer, to } = this.#stretch;
    const next = Number(this.#readTo ?? 0) + 1;
    const gap = Number(records[0]?.sequenceNumber ?? Number(to) + 1) - next;
    const isLoss = this.#readTo !== null || isKnownConsumer;
    this.#readTo = records.at(-1)?.sequenceNumber ?? to;
    if (gap > 0) this.#done(gap, { expired: isLoss ? gap : 0 });
  }

  #done(records: number, work: Partial<CountedWork>): void {
    this.#waiting -= records;
    this.#context.onWork(work);
  }

  /** Never rejects: an error ends the turn once the calls that run are over. */
  async #work(action: MappingAction): Promise<void> {
    try {
      if (action.kind === 'invoke') await this.#workOnInvocation(action);
      else await this.#workOnDiscard(action);
    } catch (error) {
      this.#end ??= { error };
    }
  }

  async #workOnInvocation(action: MappingAction): Promise<void> {
    const outcome = await this.#invoke(action);
    this.#settled(this.#mapping.settleInvocation(action.id, outcome, this.#context.clock.nowMs()));
  }

  async #workOnDiscard(action: MappingAction & { kind: 'discard' }): Promise<void> {
    const error = await this.#discard(action);
    const isKept = error === null;
    const settlement = this.#mapping.settleDiscard(action.id, isKept, this.#context.clock.nowMs());
    this.#settled({ ...settlement, error });
    const { length } = action.batch.records;
    if (isKept) this.#done(length, { discarded: length });
  }

  async #invoke({ batch }: MappingAction): Promise<InvocationOutcome> {
    try {
      return { kind: 'returned', response: await this.#context.consume(batch) };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  /** Null when it is kept, else why it is not. */
  async #discard(action: MappingAction & { kind: 'discard' }): Promise<unknown> {
    const { batch, condition, earlierInvocations: invocations } = action;
    try {
      if (this.#context.discard === null) throw new Error('no failure destination was given');
      await this.#context.discard({
        batch,
        condition,
        invocations,
        discardedAtMs: this.#context.clock.nowMs(),
      });
      return null;
    } catch (error) {
      return error;
    }
  }

  #settled({ next, succeeded, left, error }: Settlement): void {
    this.#savePosition();
    this.#failures.forget(succeeded);
    const [first] = left;
    const isFailure = error !== null;
    this.#done(succeeded.length, {
      batches: succeeded.length > 0 ? 1 : 0,
      records: succeeded.length,
      failures: isFailure ? 1 : 0,
    });
    if (first === undefined || !isFailure || next === 'halves') return;
    const failure = this.#failures.note(first, error);
    if (failure.attempts >= this.#context.maxIdenticalFailures) throw new BatchFailedError(first, failure);
  }

  #savePosition(): void {
    const position = this.isDone ? this.#stretch.to : this.#mapping.position;
    if (position === null || position === this.#savedPosition) return;
    this.#context.stream.savePosition(this.#context.consumer, this.shardId, position);
    this.#savedPosition = position;
  }
}
