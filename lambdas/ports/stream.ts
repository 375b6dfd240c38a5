/** One record as a shard holds it. */
export interface StreamRecord {
  readonly shardId: string;
  /** Decimal integer of any length, no leading zeros; rises within a shard. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When the stream accepted it (Kinesis: ApproximateArrivalTimestamp), epoch milliseconds. */
  readonly arrivalTimeMs: number;
  readonly data: Uint8Array;
}

export interface OutgoingRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Only the laptop's stream honours it: lets the past be simulated. Absent: the stream's clock. */
  readonly arrivalTimeMs?: number;
}

export type PutResult =
  | { readonly kind: 'accepted'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly kind: 'refused'; readonly errorCode: string; readonly message: string };

/** The producer's side. At most 500 records and 10 MiB a call, 1 MiB a record. */
export interface EventStream {
  /**
   * Whether the accepted records of a call stand in the order of the call, with none refused for a reason that passes,
   * and calls that are made without waiting for one another stand in their order and fail together. Absent: it does not
   * promise that, as Kinesis does not; a producer then sends one record of a key at a time.
   */
  readonly keepsCallOrder?: boolean;
  /** One result per record, in order. A call can accept some and refuse others. */
  put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]>;
}

/** What an event source mapping hands to the consumer: records of one shard, in order. */
export interface StreamBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
}

/** Consecutive records of one shard; both ends are inclusive. */
export interface SequenceRange {
  readonly shardId: string;
  readonly firstSequence: string;
  readonly lastSequence: string;
}

/** Reads again what a consumer has had already, for repairs; no consumer's position moves. */
export interface StreamReader {
  /**
   * The records of the range that the stream still holds, ascending, in pages as they come. What has expired is simply
   * missing, also when the whole shard is gone. Throws what the stream throws when it cannot be read.
   */
  readRange(range: SequenceRange): AsyncIterable<readonly StreamRecord[]>;
}

/** Up to where everything of a shard has landed. */
export interface LandedPosition {
  readonly sequence: string;
  readonly arrivalTimeMs: number;
}

/** Tells what a stream holds beyond what has landed. */
export interface StreamPositions {
  /**
   * Arrival of the oldest record behind the landed positions, over all shards, or null when none waits. A shard without
   * a position has landed nothing; one that is silent, or gone, holds nothing back. Never later than the true one.
   */
  oldestWaitingArrivalMs(landed: ReadonlyMap<string, LandedPosition>): Promise<number | null>;
}
