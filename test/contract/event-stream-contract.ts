import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareSequences } from '../../lambdas/domain/ledger.ts';
import type {
  EventStream,
  OutgoingRecord,
  PutResult,
  StreamReader,
  StreamRecord,
} from '../../lambdas/ports/stream.ts';
import { streamReaderContract } from './stream-reader-contract.ts';
import type { Subject } from './subject.ts';

/** A stream and looks into it. `recordsOf` gives all of a shard's records in order. */
export interface StreamSubject extends Subject<EventStream> {
  recordsOf(shardId: string): Promise<readonly StreamRecord[]>;
  reader(): Promise<StreamReader>;
}

const MIB = 1_048_576;
const encoder = new TextEncoder();

function record(partitionKey: string, data: string | Uint8Array): OutgoingRecord {
  return { partitionKey, data: typeof data === 'string' ? encoder.encode(data) : data };
}

function placesOf(results: readonly PutResult[]) {
  return results.map((result) => {
    if (result.kind === 'refused') throw new Error(`refused: ${result.message}`);
    return result;
  });
}

/** What any EventStream must do, and any StreamReader of it. `make` gives a fresh, empty stream of several shards. */
export function eventStreamContract(name: string, make: () => Promise<StreamSubject>): void {
  describe(`stream: ${name}`, () => {
    let subject: StreamSubject;
    let stream: EventStream;

    beforeEach(async () => {
      subject = await make();
      stream = await subject.open();
    });
    afterEach(() => subject.close());

    it('an accepted record stands in its shard with its key, bytes and an arrival', async () => {
      const data = Uint8Array.from({ length: 256 }, (_, index) => index);

      const [place] = placesOf(await stream.put([record('visitor-é', data)]));

      const [found] = await subject.recordsOf(place?.shardId ?? '');
      expect(found?.sequenceNumber).toBe(place?.sequenceNumber);
      expect(found).toMatchObject({ shardId: place?.shardId, partitionKey: 'visitor-é' });
      expect(Array.from(found?.data ?? [])).toEqual(Array.from(data));
      expect(Number.isSafeInteger(found?.arrivalTimeMs)).toBe(true);
    });

    it('one key always goes to one shard, and many keys reach all of several', async () => {
      const keys = Array.from({ length: 100 }, (_, index) => `visitor-${index}`);

      const first = placesOf(await stream.put(keys.map((key) => record(key, 'a'))));
      const second = placesOf(await stream.put(keys.map((key) => record(key, 'b'))));

      expect(second.map((place) => place.shardId)).toEqual(first.map((place) => place.shardId));
      expect(new Set(first.map((place) => place.shardId)).size).toBeGreaterThan(1);
    });

    it('sequence numbers are decimal without leading zeros and rise within a shard, in the order of the call', async () => {
      const batch = Array.from({ length: 12 }, (_, index) => record('one', `${index}`));

      const places = placesOf([...(await stream.put(batch)), ...(await stream.put(batch))]);

      const sequences = places.map((place) => place.sequenceNumber);
      expect(sequences.every((sequence) => /^[1-9][0-9]*$/.test(sequence))).toBe(true);
      expect([...sequences].sort(compareSequences)).toEqual(sequences);
      expect(new Set(sequences).size).toBe(24);
    });

    it("each key's records stand in its shard in the order of the calls, however keys are mixed", async () => {
      const keys = Array.from({ length: 20 }, (_, index) => `visitor-${index}`);
      const turns = [0, 1, 2, 3, 4];
      const shardIds = new Set<string>();
      for (const turn of turns) {
        const call = [...keys, ...[...keys].reverse()];
        const places = placesOf(await stream.put(call.map((key, place) => record(key, `${turn}/${place}`))));
        for (const { shardId } of places) shardIds.add(shardId);
      }

      const found = new Map<string, string[]>();
      for (const shardId of shardIds) {
        for (const { partitionKey, data } of await subject.recordsOf(shardId)) {
          found.set(partitionKey, [...(found.get(partitionKey) ?? []), Buffer.from(data).toString()]);
        }
      }

      const last = 2 * keys.length - 1;
      expect(found).toEqual(
        new Map(
          keys.map((key, index) => [
            key,
            turns.flatMap((turn) => [`${turn}/${index}`, `${turn}/${last - index}`]),
          ]),
        ),
      );
    });

    it('fault 22: records are told apart by shard and sequence together', async () => {
      const places = placesOf(
        await stream.put(Array.from({ length: 50 }, (_, index) => record(`key-${index}`, ''))),
      );

      expect(new Set(places.map((place) => `${place.shardId}#${place.sequenceNumber}`)).size).toBe(50);
    });

    it('a call takes 500 records and refuses 501 as a whole', async () => {
      const records = Array.from({ length: 501 }, () => record('one', 'x'));

      const [place, ...others] = placesOf(await stream.put(records.slice(0, 500)));
      expect(others).toHaveLength(499);
      await expect(stream.put(records)).rejects.toThrow('500');
      expect(await subject.recordsOf(place?.shardId ?? '')).toHaveLength(500);
    });

    it('a call takes 10 MiB and refuses one byte more as a whole', async () => {
      const large = Array.from({ length: 10 }, () => record('k', new Uint8Array(MIB - 1)));

      expect(placesOf(await stream.put(large))).toHaveLength(10);
      await expect(stream.put([...large, record('k', '')])).rejects.toThrow(String(10 * MIB));
    });

    it('fault 1: a record above 1 MiB with its key is refused, its neighbours are accepted', async () => {
      const answers = await stream.put([
        record('k', 'before'),
        record('k', new Uint8Array(MIB)),
        record('k', new Uint8Array(MIB - 1)),
      ]);

      expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'refused', 'accepted']);
      expect(answers[1]).toMatchObject({ errorCode: 'InvalidArgumentException' });
      const [shardId = ''] = answers.flatMap((answer) =>
        answer.kind === 'accepted' ? [answer.shardId] : [],
      );
      const sizes = (await subject.recordsOf(shardId)).map(({ data }) => data.length);
      expect(sizes).toEqual(['before'.length, MIB - 1]);
    });

    it('fault 44: the key counts against the 1 MiB of its record, by its bytes', async () => {
      const key = 'é'.repeat(100);

      const answers = await stream.put([
        record(key, new Uint8Array(MIB - 200)),
        record(key, new Uint8Array(MIB - 199)),
      ]);

      expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'refused']);
    });

    it('fault 1: of a call in which every record is refused nothing stands in the stream', async () => {
      const answers = await stream.put([record('', 'a'), record('k'.repeat(257), 'b')]);
      const [place] = placesOf(await stream.put([record('k', 'c')]));

      expect(answers.map((answer) => answer.kind)).toEqual(['refused', 'refused']);
      expect(await subject.recordsOf(place?.shardId ?? '')).toHaveLength(1);
    });

    it.each([
      ['', 'refused'],
      ['k'.repeat(256), 'accepted'],
      ['k'.repeat(257), 'refused'],
      ['😀'.repeat(256), 'accepted'],
    ])('a partition key has 1 to 256 characters: %#', async (key, kind) => {
      expect((await stream.put([record(key, 'x')])).map((answer) => answer.kind)).toEqual([kind]);
    });

    it('fault 3: a record that is sent again is another record, with a sequence number of its own', async () => {
      const [first] = placesOf(await stream.put([record('one', 'same')]));
      const [again] = placesOf(await stream.put([record('one', 'same')]));

      expect(again?.sequenceNumber).not.toBe(first?.sequenceNumber);
      expect(await subject.recordsOf(first?.shardId ?? '')).toHaveLength(2);
    });

    it('two producers at once both get everything in, each record once', async () => {
      const rival = await subject.open();
      const records = (who: string) =>
        Array.from({ length: 100 }, (_, index) => record('one', `${who} ${index}`));

      const answers = await Promise.all([stream.put(records('left')), rival.put(records('right'))]);

      const places = placesOf(answers.flat());
      const stored = await subject.recordsOf(places[0]?.shardId ?? '');
      expect(new Set(places.map((place) => place.sequenceNumber)).size).toBe(200);
      expect(new Set(stored.map((found) => Buffer.from(found.data).toString())).size).toBe(200);
    });

    it('an empty call does nothing', async () => {
      expect(await stream.put([])).toEqual([]);
    });
  });

  streamReaderContract(name, make);
}
