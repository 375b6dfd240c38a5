import { MAX_EVENTS_PER_RECORD } from '../domain/events/check-record.ts';
import type { OutgoingRecord } from '../ports/stream.ts';
import { MAX_BYTES_PER_RECORD, sizeOf } from '../ports/stream-limits.ts';
import { Buckets } from './buckets.ts';
import type { Parcel } from './outbox.ts';

export interface AggregateSettings {
  /** Of a record, partition key included; an event that is larger goes alone. At most 1 MiB. */
  readonly maxBytes: number;
  /** Default 64. */
  readonly buckets?: number;
  /** Most time between the arrivals of two events of a record, where events have arrivals of their own. Default 60 s. */
  readonly maxSpanMs?: number;
}

const DEFAULT_BUCKETS = 64;
const DEFAULT_SPAN_MS = 60_000;
const LINE_FEED = 0x0a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** A record that is being filled. */
interface OpenRecord {
  readonly key: string;
  readonly bytes: Uint8Array;
  used: number;
  events: number;
  oldestMs: number | null;
  newestMs: number | null;
}

/**
 * Packs events into records of NDJSON, one partition key per bucket of devices (see Buckets). Order per device holds;
 * a record with an arrival of its own gets that of its newest event, never an earlier one. What does not look like
 * an object on one line goes alone, so that the consumer sees it as it would have. Memory: a record per bucket.
 */
export class Aggregator {
  readonly #maxBytes: number;
  readonly #maxSpanMs: number;
  readonly #buckets: Buckets;
  /** In the order in which they were begun. */
  readonly #open = new Map<number, OpenRecord>();
  readonly #blocks = new Map<number, Uint8Array>();

  constructor({ maxBytes, buckets = DEFAULT_BUCKETS, maxSpanMs = DEFAULT_SPAN_MS }: AggregateSettings) {
    this.#maxBytes = Math.min(maxBytes, MAX_BYTES_PER_RECORD);
    this.#maxSpanMs = maxSpanMs;
    this.#buckets = new Buckets(buckets);
  }

  /** Events that were taken and not given yet. */
  get openEvents(): number {
    return this.#open.values().reduce((sum, record) => sum + record.events, 0);
  }

  /** Takes an event; gives the records that are complete, in order. */
  add(event: OutgoingRecord): readonly Parcel[] {
    const bucket = this.#buckets.indexOf(event.partitionKey);
    const complete = this.#closeBefore(event.arrivalTimeMs);
    const key = this.#buckets.keyOf(bucket);
    const capacity = this.#maxBytes - Buffer.byteLength(key);
    if (event.data.length > capacity || !isObjectLine(event.data)) {
      return [...complete, ...this.#close(bucket), parcelOf({ ...event, partitionKey: key }, 1)];
    }
    const open = this.#open.get(bucket);
    if (open !== undefined && !this.#fits(open, event, capacity)) complete.push(...this.#close(bucket));
    this.#append(this.#open.get(bucket) ?? this.#begin(bucket, key, capacity), event);
    return complete;
  }

  /** Gives whatever is left. */
  flush(): readonly Parcel[] {
    return [...this.#open.keys()].flatMap((bucket) => this.#close(bucket));
  }

  #fits(open: OpenRecord, event: OutgoingRecord, capacity: number): boolean {
    if (open.events >= MAX_EVENTS_PER_RECORD || open.used + 1 + event.data.length > capacity) return false;
    const { arrivalTimeMs } = event;
    if (arrivalTimeMs === undefined || open.oldestMs === null || open.newestMs === null) return true;
    const oldestMs = Math.min(open.oldestMs, arrivalTimeMs);
    return Math.max(open.newestMs, arrivalTimeMs) - oldestMs <= this.#maxSpanMs;
  }

  #begin(bucket: number, key: string, capacity: number): OpenRecord {
    const bytes = this.#blocks.get(bucket) ?? Buffer.allocUnsafe(capacity);
    this.#blocks.set(bucket, bytes);
    const open = { key, bytes, used: 0, events: 0, oldestMs: null, newestMs: null };
    this.#open.set(bucket, open);
    return open;
  }

  #append(open: OpenRecord, { data, arrivalTimeMs }: OutgoingRecord): void {
    if (open.events > 0) {
      open.bytes[open.used] = LINE_FEED;
      open.used += 1;
    }
    open.bytes.set(data, open.used);
    open.used += data.length;
    open.events += 1;
    if (arrivalTimeMs === undefined) return;
    open.oldestMs = Math.min(open.oldestMs ?? arrivalTimeMs, arrivalTimeMs);
    open.newestMs = Math.max(open.newestMs ?? arrivalTimeMs, arrivalTimeMs);
  }

  /** Records that nothing of that arrival can join any more; the oldest was begun first. */
  #closeBefore(arrivalTimeMs: number | undefined): Parcel[] {
    const complete: Parcel[] = [];
    if (arrivalTimeMs === undefined) return complete;
    for (const [bucket, { oldestMs }] of this.#open) {
      if (oldestMs === null || oldestMs + this.#maxSpanMs >= arrivalTimeMs) break;
      complete.push(...this.#close(bucket));
    }
    return complete;
  }

  #close(bucket: number): readonly Parcel[] {
    const open = this.#open.get(bucket);
    if (open === undefined) return [];
    this.#open.delete(bucket);
    const arrival = open.newestMs === null ? {} : { arrivalTimeMs: open.newestMs };
    const data = new Uint8Array(open.bytes.subarray(0, open.used));
    return [parcelOf({ partitionKey: open.key, data, ...arrival }, open.events)];
  }
}

export function parcelOf(record: OutgoingRecord, events: number): Parcel {
  return { record, events, bytes: sizeOf(record) };
}

/** Whether the bytes may be one event's line: braces at both ends, no line feed. Whatever is inside. */
function isObjectLine(data: Uint8Array): boolean {
  return data[0] === OPENING_BRACE && data.at(-1) === CLOSING_BRACE && !data.includes(LINE_FEED);
}
