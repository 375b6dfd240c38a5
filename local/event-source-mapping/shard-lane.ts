import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import { type BatchPart, newPart, partsByAge } from './batch-part.ts';
import { fittingPayload, MAX_PAYLOAD_BYTES, payloadBytes } from './lambda-payload.ts';
import type { MappingSettings } from './mapping-settings.ts';

/**
 * One of the batches that a shard may have in hand at once: records that wait for a batch, and what is left of the
 * batch in hand. A key's records all go through one lane, one invocation after the other, so their order holds.
 */
export class ShardLane {
  readonly #settings: MappingSettings;
  #buffered: StreamRecord[] = [];
  #bufferedBytes = 0;
  #windowEndsMs = 0;
  /** Whatever is buffered is due, full or not. */
  #isFlushed = false;
  /** What is left of the batch in hand, the next part last. */
  #parts: BatchPart[] = [];
  #inHand: BatchPart | null = null;

  constructor(settings: MappingSettings) {
    this.#settings = settings;
  }

  get isIdle(): boolean {
    return !this.hasBatch && this.#buffered.length === 0;
  }

  /** Whether a batch is in hand, or part of one waits for its next try. */
  get hasBatch(): boolean {
    return this.#inHand !== null || this.#parts.length > 0;
  }

  get bufferedRecords(): number {
    return this.#buffered.length;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  buffer(record: StreamRecord, nowMs: number): void {
    if (this.#buffered.length === 0) this.#windowEndsMs = nowMs + this.#settings.batchingWindowMs;
    this.#buffered.push(record);
    this.#bufferedBytes += payloadBytes(record);
    this.#isFlushed = false;
  }

  flush(): void {
    this.#isFlushed = true;
  }

  /** The part whose turn it is, now in hand until `putBack`; null when one is in hand already or none is due. */
  next(nowMs: number): BatchPart | null {
    if (this.#inHand !== null) return null;
    if (this.#parts.length === 0) this.#cutBatch(nowMs);
    const top = this.#parts.at(-1);
    if (top === undefined || top.dueMs > nowMs) return null;
    this.#parts.pop();
    this.putBack(partsByAge(top, this.#settings.maximumRecordAgeMs, nowMs));
    this.#inHand = this.#parts.pop() ?? null;
    return this.#inHand;
  }

  /** The part in hand is dealt with; what is left of it, in order, is next. */
  putBack(parts: readonly BatchPart[]): void {
    this.#inHand = null;
    this.#parts.push(...[...parts].reverse());
  }

  /** When `next` will have something, if nothing else happens; null: not by time alone. */
  dueMs(): number | null {
    if (this.#inHand !== null) return null;
    const top = this.#parts.at(-1);
    if (top !== undefined) return top.dueMs;
    if (this.#buffered.length === 0) return null;
    return this.#isBatchDue(Number.NEGATIVE_INFINITY) ? Number.NEGATIVE_INFINITY : this.#windowEndsMs;
  }

  #cutBatch(nowMs: number): void {
    if (this.#buffered.length === 0 || !this.#isBatchDue(nowMs)) return;
    const records = fittingPayload(this.#buffered.slice(0, this.#settings.batchSize));
    this.#buffered = this.#buffered.slice(records.length);
    this.#bufferedBytes -= records.reduce((sum, record) => sum + payloadBytes(record), 0);
    this.#windowEndsMs = nowMs + this.#settings.batchingWindowMs;
    this.#parts.push(newPart(records, nowMs));
  }

  #isBatchDue(nowMs: number): boolean {
    return (
      this.#isFlushed ||
      this.#buffered.length >= this.#settings.batchSize ||
      this.#bufferedBytes >= MAX_PAYLOAD_BYTES ||
      nowMs >= this.#windowEndsMs
    );
  }
}
