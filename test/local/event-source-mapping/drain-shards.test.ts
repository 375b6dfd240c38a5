import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamBatch } from '../../../lambdas/ports/stream.ts';
import type { LocalStream } from '../../../local/local-stream.ts';
import {
  mappingUnderTest,
  numbers,
  OTHER_SHARD,
  put,
  recorder,
  SHARD,
  textOf,
} from './mapping-under-test.ts';

const mapping = mappingUnderTest();
const DAY_MS = 86_400_000;

const shardId = (number: number) => `shardId-${String(number).padStart(12, '0')}`;

/** Puts one record for each text under one key. */
async function putUnder(
  stream: LocalStream,
  partitionKey: string,
  texts: readonly string[],
  arrivalTimeMs = 0,
) {
  await stream.put(
    texts.map((text) => ({ partitionKey, arrivalTimeMs, data: new TextEncoder().encode(text) })),
  );
}

describe('rule 12: a split or merge', () => {
  it('fault 22: children wait until their parents are drained, and nothing is lost or comes twice', async () => {
    const stream = await mapping.streamOf(numbers(10));
    const [left] = stream.splitShard(SHARD);
    await put(stream, numbers(20).slice(10));
    stream.mergeShards(shardId(1), shardId(2));
    await put(stream, numbers(30).slice(20));
    const seen: string[] = [];
    const { calls, consume } = recorder(async ({ shardId: shard }) => {
      seen.push(shard);
      return null;
    });

    const counts = await mapping.drained(stream, consume, { settings: { batchSize: 3 }, parallelShards: 4 });

    expect(left).toBe(shardId(1));
    expect(calls.flat().sort((one, other) => Number(one) - Number(other))).toEqual(numbers(30));
    expect(counts).toMatchObject({ records: 30, waiting: 0 });
    const [lastOf, firstOf] = [
      (id: number) => seen.lastIndexOf(shardId(id)),
      (id: number) => seen.indexOf(shardId(id)),
    ];
    for (const [parent, child] of [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ] as const) {
      expect(lastOf(parent)).toBeLessThan(firstOf(child));
    }
  });

  it("fault 22: a key's records keep their order over splits and merges, whatever fails", async () => {
    const step = fc.constantFrom('put', 'put', 'split', 'merge', 'drain');

    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (steps, fails) => {
          const stream = await mapping.streamOf([], 2);
          const sent = new Map<string, string[]>();
          const got = new Map<string, string[]>();
          let [call, count] = [0, 0];
          const consume = async ({ records }: StreamBatch) => {
            call += 1;
            if (fails[call] === true) throw new Error(`outage ${call}`);
            for (const one of records)
              got.set(one.partitionKey, [...(got.get(one.partitionKey) ?? []), textOf(one)]);
            return null;
          };
          for (const one of [...steps, 'drain']) {
            const open = stream
              .shards()
              .filter(({ isClosed }) => !isClosed)
              .sort((l, r) => (l.first < r.first ? -1 : 1));
            if (one === 'split') stream.splitShard(open[count % open.length]?.shardId ?? '');
            else if (one === 'merge' && open.length > 1)
              stream.mergeShards(open[0]?.shardId ?? '', open[1]?.shardId ?? '');
            else if (one === 'drain')
              await mapping.drained(stream, consume, { settings: { batchSize: 2 }, parallelShards: 2 });
            else {
              for (const key of ['a', 'b', 'c', 'd']) {
                count += 1;
                await putUnder(stream, key, [String(count)]);
                sent.set(key, [...(sent.get(key) ?? []), String(count)]);
              }
            }
          }

          expect(got).toEqual(sent);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('fault 22: a child whose parent is left to somebody else is left too', async () => {
    const stream = await mapping.streamOf(numbers(4));
    const children = stream.splitShard(SHARD);
    await put(stream, numbers(8).slice(4));
    const { calls, consume } = recorder();

    const counts = await mapping.drained(stream, consume, { shardIds: children });
    expect(calls).toEqual([]);
    expect(counts.waiting).toBe(4);

    await mapping.drained(stream, consume);
    expect(calls.flat()).toHaveLength(8);
  });
});

describe('rule 11: a new consumer', () => {
  it('at TRIM_HORIZON begins with the oldest record, which is the default', async () => {
    const stream = await mapping.streamOf(numbers(3));
    const { calls, consume } = recorder();

    await mapping.drained(stream, consume);

    expect(calls).toEqual([numbers(3)]);
  });

  it('at LATEST skips what is there, and nothing that comes later, though its first drain had nothing to do', async () => {
    const stream = await mapping.streamOf(numbers(3), 2);
    const { calls, consume } = recorder();
    const options = { startingPosition: { kind: 'LATEST' } } as const;

    expect(await mapping.drained(stream, consume, options)).toMatchObject({
      records: 0,
      waiting: 0,
      expired: 0,
    });
    await put(stream, ['later 1', 'later 2', 'later 3', 'later 4']);
    await mapping.drained(stream, consume, options);

    expect(calls.flat().sort()).toEqual(['later 1', 'later 2', 'later 3', 'later 4']);
  });

  it('at LATEST reads the children of a later split from their beginning', async () => {
    const stream = await mapping.streamOf(numbers(3));
    const { calls, consume } = recorder();
    const options = { startingPosition: { kind: 'LATEST' } } as const;
    await mapping.drained(stream, consume, options);
    stream.splitShard(SHARD);
    await put(stream, ['later 1', 'later 2']);

    await mapping.drained(stream, consume, options);

    expect(calls.flat().sort()).toEqual(['later 1', 'later 2']);
  });

  it('at AT_TIMESTAMP begins with the first record that arrived then or later', async () => {
    const stream = await mapping.streamOf([]);
    for (const [text, arrivalMs] of [
      ['old', 99],
      ['then', 100],
      ['late but behind', 50],
    ] as const) {
      await putUnder(stream, 'k', [text], arrivalMs);
    }
    const { calls, consume } = recorder();

    await mapping.drained(stream, consume, { startingPosition: { kind: 'AT_TIMESTAMP', timestampMs: 100 } });

    expect(calls).toEqual([['then', 'late but behind']]);
  });

  it('that has begun stays where it is, whatever starting position it is given', async () => {
    const stream = await mapping.streamOf(numbers(2));
    const { calls, consume } = recorder();
    await mapping.drained(stream, consume);
    await put(stream, ['3']);

    await mapping.drained(stream, consume, { startingPosition: { kind: 'LATEST' } });

    expect(calls).toEqual([numbers(2), ['3']]);
  });
});

describe('rule 16: two pollers of one shard', () => {
  it('fault 26: both get every record in order, and the position ends behind the last one', async () => {
    const stream = await mapping.streamOf(numbers(9));
    const [left, right] = [recorder(async () => Promise.resolve(null)), recorder()];

    await Promise.all([
      mapping.drained(stream, left.consume, { settings: { batchSize: 2 } }),
      mapping.drained(stream, right.consume, { settings: { batchSize: 4 } }),
    ]);

    expect(left.calls.flat()).toEqual(numbers(9));
    expect(right.calls.flat()).toEqual(numbers(9));
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '9']]));
  });

  it('fault 26: the slower one does not move the position back', async () => {
    const stream = await mapping.streamOf(numbers(4));
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = mapping.drained(
      stream,
      async () => {
        await held;
        return null;
      },
      { settings: { batchSize: 1 } },
    );
    await mapping.drained(stream, async () => null);
    goOn();
    await slow;

    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '4']]));
  });
});

describe('rule 17: records that expired unread', () => {
  /** Another consumer has read everything, and ours is put back behind what is gone. */
  async function withGap(readByOurs: string) {
    const stream = await mapping.streamOf(numbers(5), 1);
    await putUnder(stream, 'k', ['6'], 90 * DAY_MS);
    stream.savePosition('other', SHARD, '6');
    stream.applyRetention();
    stream.savePosition('consume-events', SHARD, readByOurs);
    return stream;
  }

  it('fault 24: are counted, and the mapping goes on behind them', async () => {
    const stream = await withGap('2');
    const { calls, consume } = recorder();

    const counts = await mapping.drained(stream, consume);

    expect(counts).toMatchObject({ records: 1, expired: 3, waiting: 0 });
    expect(calls).toEqual([['6']]);
    expect((await mapping.drained(stream, consume)).expired).toBe(0);
  });

  it('fault 24: are counted too when nothing at all is left', async () => {
    const stream = await mapping.streamOf(numbers(3), 1);
    stream.savePosition('other', SHARD, '3');
    await putUnder(stream, 'k', ['4'], 90 * DAY_MS);
    stream.savePosition('other', SHARD, '4');
    stream.applyRetention(-1);
    stream.savePosition('consume-events', SHARD, '1');

    const counts = await mapping.drained(stream, async () => null);

    expect(counts).toMatchObject({ records: 0, expired: 3, waiting: 0 });
    expect(stream.positions('consume-events')).toEqual(new Map([[SHARD, '4']]));
    expect((await mapping.drained(stream, async () => null)).expired).toBe(0);
  });

  it('fault 24: are none where the mapping has read everything, or has only begun', async () => {
    const stream = await withGap('5');
    const fresh = recorder();

    expect((await mapping.drained(stream, async () => null)).expired).toBe(0);
    const counts = await mapping.drained(stream, fresh.consume, { consumer: 'fresh' });

    expect(counts).toMatchObject({ records: 1, expired: 0, waiting: 0 });
  });

  it('fault 24: are none either in a shard that the consumer was too slow to begin: retention waits for it', async () => {
    const stream = await mapping.streamOf(numbers(20), 2);
    stream.savePosition('consume-events', SHARD, '1');
    for (const { shardId: id, lastSequence } of stream.shards())
      stream.savePosition('other', id, lastSequence ?? '0');
    await putUnder(stream, 'k', ['late'], 90 * DAY_MS);
    stream.applyRetention();
    const { calls, consume } = recorder();

    const counts = await mapping.drained(stream, consume, { shardIds: [OTHER_SHARD] });

    expect(counts.expired).toBe(0);
    expect(calls.flat().length).toBe(Number(stream.positions('consume-events').get(OTHER_SHARD)));
  });
});
