import { compareSequences } from '../lambdas/domain/ledger.ts';
import type { SequenceRange, StreamReader, StreamRecord } from '../lambdas/ports/stream.ts';
import type { LocalStream } from './local-stream.ts';

const PAGE = { limit: 1_000, maxBytes: 4 * 1_048_576 };

/** Reads again from the laptop's stream. What its retention has removed, and a shard that it does not know, is missing. */
export class LocalStreamReader implements StreamReader {
  readonly #stream: LocalStream;

  constructor(stream: LocalStream) {
    this.#stream = stream;
  }

  async *readRange(range: SequenceRange): AsyncGenerator<readonly StreamRecord[]> {
    const { shardId, firstSequence, lastSequence } = range;
    if (!this.#stream.shards().some((shard) => shard.shardId === shardId)) return;
    let afterSequence = String(BigInt(firstSequence) - 1n);
    for (;;) {
      const page = this.#stream.read({ shardId, afterSequence, ...PAGE });
      const wanted = page.filter((record) => compareSequences(record.sequenceNumber, lastSequence) <= 0);
      if (wanted.length > 0) yield wanted;
      const last = wanted.at(-1);
      if (last === undefined || wanted.length < page.length) return;
      afterSequence = last.sequenceNumber;
    }
  }
}
