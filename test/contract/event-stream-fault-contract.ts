import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStream, OutgoingRecord, PutResult } from '../../lambdas/ports/stream.ts';
import { produceEvents } from '../../lambdas/produce-events/produce-events.ts';
import type { StreamSubject } from './event-stream-contract.ts';
import { everyOther, sometimes } from './network-faults.ts';
import type { NetworkSubject } from './subject.ts';

const LINE_FAULTS = ['error', 'throttled', 'lost request', 'lost answer', 'cut answer'] as const;
/** Pauses of the producer that take no time. */
const NO_PAUSE = {
  baseMs: 1,
  capMs: 1,
  random: { next: () => 0 },
  timers: {
    after: (_: number, action: () => void) => {
      const timer = setImmediate(action);
      return () => clearImmediate(timer);
    },
  },
};

function records(count: number): readonly OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    partitionKey: `visitor-${index % 13}`,
    data: Buffer.from(`record ${index}`),
  }));
}

/** What any EventStream behind a network must do when the line is bad, and a producer with it. */
export function eventStreamFaultContract(
  name: string,
  make: () => Promise<StreamSubject & NetworkSubject<EventStream>>,
): void {
  describe(`stream on a bad line: ${name}`, () => {
    let subject: StreamSubject & NetworkSubject<EventStream>;

    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.close());

    /** The texts of all shards that a sound line finds for the keys of the records, in order of shard and sequence. */
    async function stored(): Promise<readonly { readonly key: string; readonly text: string }[]> {
      const sound = await subject.open();
      const answers = await sound.put(
        Array.from({ length: 64 }, (_, index) => ({
          partitionKey: `probe-${index}`,
          data: Buffer.from('probe'),
        })),
      );
      const shardIds = new Set(
        answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.shardId] : [])),
      );
      const shards = await Promise.all([...shardIds].map((shardId) => subject.recordsOf(shardId)));
      return shards
        .flat()
        .map(({ partitionKey, data }) => ({ key: partitionKey, text: Buffer.from(data).toString() }))
        .filter(({ text }) => text !== 'probe');
    }

    function acceptedTexts(
      sent: readonly OutgoingRecord[],
      answers: readonly PutResult[],
    ): readonly string[] {
      return sent.flatMap(({ data }, index) =>
        answers[index]?.kind === 'accepted' ? [Buffer.from(data).toString()] : [],
      );
    }

    it.each(LINE_FAULTS)(
      'fault 2: after each first try met "%s", all that is accepted stands',
      async (fault) => {
        const stream = await subject.openThrough(everyOther(fault));

        const answers = await stream.put(records(60));

        const texts = new Set((await stored()).map(({ text }) => text));
        const accepted = acceptedTexts(records(60), answers);
        expect(accepted.length).toBeGreaterThan(0);
        expect(accepted.filter((text) => !texts.has(text))).toEqual([]);
      },
    );

    it('fault 1: of a call that is throttled in part, what is accepted stands and what is refused does not', async () => {
      const stream = await subject.openThrough(() => 'throttled in part');

      const answers = await stream.put(records(100));

      const accepted = acceptedTexts(records(100), answers);
      expect(accepted.length).toBeGreaterThan(20);
      expect(accepted.length).toBeLessThan(80);
      expect((await stored()).map(({ text }) => text).sort()).toEqual([...accepted].sort());
    });

    it('fault 2: a stream that never answers refuses all records for a reason that passes, and is no error', async () => {
      const stream = await subject.openThrough(() => 'lost request');

      const answers = await stream.put(records(20));

      expect(answers).toHaveLength(20);
      expect(
        answers.every((answer) => answer.kind === 'refused' && answer.errorCode === 'ServiceUnavailable'),
      ).toBe(true);
      expect(await stored()).toEqual([]);
    });

    it.each([1, 2])(
      'faults 1, 2, 3: a producer on a line where much goes wrong gets all in, each key in order: seed %i',
      async (seed) => {
        const stream = await subject.openThrough(sometimes([...LINE_FAULTS, 'throttled in part'], 0.4, seed));
        const sent = records(400);

        const counts = await produceEvents({ stream, groups: [sent], backoff: NO_PAUSE, lingerMs: 1 });

        expect(counts).toMatchObject({ accepted: 400, rejected: 0, unsent: 0 });
        const found = await stored();
        for (const key of new Set(sent.map(({ partitionKey }) => partitionKey))) {
          const wanted = sent
            .filter(({ partitionKey }) => partitionKey === key)
            .map(({ data }) => Buffer.from(data).toString());
          const texts = found.filter((record) => record.key === key).map(({ text }) => text);
          // A lost answer may leave a record twice; the first copies stand in the order of the input.
          expect([...new Set(texts)]).toEqual(wanted);
        }
      },
    );
  });
}
