import { compareSequences } from '../../lambdas/domain/ledger.ts';
import type { SequenceRange, StreamReader, StreamRecord } from '../../lambdas/ports/stream.ts';

/** The records that a stream still holds, in memory; expiry is taking them away. */
export class MemoryStreamReader implements StreamReader {
  records: readonly StreamRecord[];
  readonly #pageSize: number;

  constructor(records: readonly StreamRecord[] = [], pageSize = 2) {
    this.records = records;
    this.#pageSize = pageSize;
  }

  async *readRange({
    shardId,
    firstSequence,
    lastSequence,
  }: SequenceRange): AsyncGenerator<readonly StreamRecord[]> {
    const inside = this.records.filter(
      (record) =>
        record.shardId === shardId &&
        compareSequences(record.sequenceNumber, firstSequence) >= 0 &&
        compareSequences(record.sequenceNumber, lastSequence) <= 0,
    );
    for (let from = 0; from < inside.length; from += this.#pageSize)
      yield inside.slice(from, from + this.#pageSize);
  }
}
