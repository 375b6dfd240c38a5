import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';
import { drainInto, type Handler } from './mapped-consumer.ts';
import { onEmulator } from './on-emulator.ts';
import { StreamOnEmulator } from './stream-on-emulator.ts';

const KEYS = 40;

/** The turn-th record of each key. */
function turn(number: number): readonly { readonly key: string; readonly text: string }[] {
  return Array.from({ length: KEYS }, (_, key) => ({ key: `key-${key}`, text: `${key} turn ${number}` }));
}

/** A consumer that writes down what it gets. */
function recorder(): { readonly seen: Map<string, string[]>; readonly handler: Handler } {
  const seen = new Map<string, string[]>();
  const handler: Handler = async (event) => {
    for (const { kinesis } of event.Records) {
      const texts = seen.get(kinesis.partitionKey) ?? [];
      texts.push(Buffer.from(kinesis.data, 'base64').toString());
      seen.set(kinesis.partitionKey, texts);
    }
    return { batchItemFailures: [] };
  };
  return { seen, handler };
}

function resharding(name: string, place: ServicePlace): void {
  describe(`fault 22: resharding of ${name}`, () => {
    let stream: StreamOnEmulator;

    beforeEach(async () => {
      stream = await StreamOnEmulator.create(place, 2);
    });
    afterEach(() => stream.close());

    it('a split shard is closed and read to its end, and both children land', async () => {
      await stream.put(turn(0));
      const [parent] = await stream.shards();
      if (parent === undefined) throw new Error('no shard');
      await stream.split(parent);
      await stream.put(turn(1));

      const shards = await stream.shards();
      const children = shards.filter(({ parentShardIds }) => parentShardIds.includes(parent.shardId));
      expect(children).toHaveLength(2);
      expect(shards.find(({ shardId }) => shardId === parent.shardId)?.isClosed).toBe(true);
      const landed = await Promise.all(children.map(({ shardId }) => stream.records(shardId)));
      expect(landed.map((records) => records.length > 0)).toEqual([true, true]);
    });

    it('each key keeps its order over a split and a merge, and no record is lost or given twice', async () => {
      await stream.put(turn(0));
      const [parent] = await stream.shards();
      if (parent === undefined) throw new Error('no shard');
      await stream.split(parent);
      await stream.put(turn(1));
      const [left, right] = (await stream.shards()).filter(({ parentShardIds }) => parentShardIds.length > 0);
      if (left === undefined || right === undefined) throw new Error('no children');
      await stream.merge(left, right);
      await stream.put(turn(2));
      const { seen, handler } = recorder();

      await drainInto(handler, stream, { batchSize: 10 });

      expect(seen.size).toBe(KEYS);
      for (const [key, texts] of seen) {
        const number = key.replace('key-', '');
        expect(texts).toEqual([0, 1, 2].map((turnNumber) => `${number} turn ${turnNumber}`));
      }
    });

    it('a closed shard has an end and an open one has none', async () => {
      await stream.put(turn(0));
      const [parent, open] = await stream.shards();
      if (parent === undefined || open === undefined) throw new Error('no shards');
      const before = await stream.records(parent.shardId);
      await stream.split(parent);

      expect(await stream.records(parent.shardId)).toEqual(before);
      expect(await stream.hasEnd(parent.shardId)).toBe(true);
      expect(await stream.hasEnd(open.shardId)).toBe(false);
    });
  });
}

onEmulator('kinesisLocal', resharding);
