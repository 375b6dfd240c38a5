import type { Clock } from '../lambdas/ports/clock.ts';
import type { Lake } from './lake.ts';
import { LocalStream } from './local-stream.ts';

/** Under this name the lake's stream keeps how far its consumer is. */
export const EVENTS_CONSUMER = 'consume-events';

/** The lake's stream, made when it is missing. Throws StorageError. The caller closes it. */
export function openLakeStream(lake: Lake, clock: Clock): LocalStream {
  return new LocalStream({ file: lake.streamFile, clock });
}

/** What the consumer has still to read. */
export interface WaitingRecords {
  readonly records: number;
  /** Null when none waits. */
  readonly oldestArrivalMs: number | null;
}

export function waitingRecords(stream: LocalStream): WaitingRecords {
  const positions = stream.positions(EVENTS_CONSUMER);
  return {
    records: stream.waitingRecords(positions),
    oldestArrivalMs: stream.oldestWaitingArrivalMs(positions),
  };
}

/** What the consumer has still to read of one shard. */
export interface WaitingShard extends WaitingRecords {
  readonly shardId: string;
  /** A closed shard takes no more records. */
  readonly isClosed: boolean;
}

/** The same by shard, in their order. */
export function waitingByShard(stream: LocalStream): readonly WaitingShard[] {
  const positions = stream.positions(EVENTS_CONSUMER);
  const shards = stream.shards();
  const ends = new Map(shards.map(({ shardId, lastSequence }) => [shardId, lastSequence ?? '0']));
  return shards.map(({ shardId, isClosed }) => {
    const all = new Map(ends).set(shardId, positions.get(shardId) ?? '0');
    return {
      shardId,
      isClosed,
      records: stream.waitingRecords(all),
      oldestArrivalMs: stream.oldestWaitingArrivalMs(all),
    };
  });
}
