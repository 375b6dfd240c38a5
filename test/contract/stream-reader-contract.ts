import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PutResult, SequenceRange, StreamReader, StreamRecord } from '../../lambdas/ports/stream.ts';
import type { StreamSubject } from './event-stream-contract.ts';

const COUNT = 30;

/** What any StreamReader must do. `make` gives a fresh, empty stream of several shards. */
export function streamReaderContract(name: string, make: () => Promise<StreamSubject>): void {
  describe(`stream reader: ${name}`, () => {
    let subject: StreamSubject;
    let reader: StreamReader;
    let shardId: string;
    let records: readonly StreamRecord[];

    beforeEach(async () => {
      subject = await make();
      const stream = await subject.open();
      const data = (index: number) => new TextEncoder().encode(`record ${index}`);
      const answers = await stream.put(
        Array.from({ length: COUNT }, (_, index) => ({ partitionKey: 'one', data: data(index) })),
      );
      shardId = answers.map(shardOf)[0] ?? '';
      records = await subject.recordsOf(shardId);
      reader = await subject.reader();
    });
    afterEach(() => subject.close());

    const between = (first: number, last: number): SequenceRange => ({
      shardId,
      firstSequence: records[first]?.sequenceNumber ?? '',
      lastSequence: records[last]?.sequenceNumber ?? '',
    });
    const read = async (range: SequenceRange) => (await Array.fromAsync(reader.readRange(range))).flat();

    it.each([
      ['all of a shard', 0, COUNT - 1],
      ['one record', 7, 7],
      ['the first ones', 0, 4],
      ['the last ones', 25, COUNT - 1],
      ['some in the middle', 10, 20],
    ])('gives %s, both ends included, as they stand', async (_, first, last) => {
      const found = await read(between(first, last));

      expect(found.map(plain)).toEqual(records.slice(first, last + 1).map(plain));
    });

    it('moves nobody: the same range reads the same again', async () => {
      const range = between(3, 12);

      expect((await read(range)).map(plain)).toEqual((await read(range)).map(plain));
    });

    it('gives nothing of a shard that the stream does not have', async () => {
      expect(await read({ ...between(0, 5), shardId: 'shardId-000000000999' })).toEqual([]);
    });
  });
}

function shardOf(result: PutResult): string {
  if (result.kind === 'refused') throw new Error(`refused: ${result.message}`);
  return result.shardId;
}

/** Comparable whatever class of bytes the data came in. */
function plain({ data, ...rest }: StreamRecord) {
  return { ...rest, text: new TextDecoder().decode(data) };
}
