import { randomUUID } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { KinesisEventStream } from '../../lambdas/aws/kinesis-event-stream.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import type { ShardLineage } from '../../local/event-source-mapping/shard-order.ts';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';
import { clientWith, recordsOfShard } from '../lambdas/aws/kinesis-subject.ts';

/** A shard as Kinesis lists it. */
export interface ListedShard extends ShardLineage {
  readonly isClosed: boolean;
  readonly hashKeys: { readonly first: bigint; readonly last: bigint };
}

/** Far more than any shard of these tests has. */
const PAGES_TO_AN_END = 10;

/** A stream of its own, whose shards can be split and merged. */
export class StreamOnEmulator {
  readonly client: KinesisClient;
  readonly name = `path-${randomUUID()}`;

  private constructor(client: KinesisClient) {
    this.client = client;
  }

  static async create(place: ServicePlace, shards: number): Promise<StreamOnEmulator> {
    const stream = new StreamOnEmulator(clientWith(place));
    await stream.client.send(new CreateStreamCommand({ StreamName: stream.name, ShardCount: shards }));
    await stream.#untilActive();
    return stream;
  }

  async close(): Promise<void> {
    await this.client.send(new DeleteStreamCommand({ StreamName: this.name }));
    this.client.destroy();
  }

  /** Puts texts under their keys; all must be accepted. */
  async put(records: readonly { readonly key: string; readonly text: string }[]): Promise<void> {
    const stream = new KinesisEventStream({ client: this.client, streamName: this.name });
    for (let start = 0; start < records.length; start += 500) {
      const answers = await stream.put(
        records
          .slice(start, start + 500)
          .map(({ key, text }) => ({ partitionKey: key, data: Buffer.from(text) })),
      );
      const refused = answers.find((answer) => answer.kind === 'refused');
      if (refused !== undefined) throw new Error(`refused: ${JSON.stringify(refused)}`);
    }
  }

  async shards(): Promise<readonly ListedShard[]> {
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamName: this.name }));
    return Shards.map((shard) => ({
      shardId: shard.ShardId ?? '',
      parentShardIds: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
      isClosed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
      hashKeys: {
        first: BigInt(shard.HashKeyRange?.StartingHashKey ?? 0),
        last: BigInt(shard.HashKeyRange?.EndingHashKey ?? 0),
      },
    }));
  }

  async records(shardId: string): Promise<readonly StreamRecord[]> {
    return Array.fromAsync(recordsOfShard(this.client, this.name, shardId));
  }

  /** Whether reading on ends with a page that names no next one, as only a closed shard's does. */
  async hasEnd(shardId: string): Promise<boolean> {
    const place = { StreamName: this.name, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator: iterator } = await this.client.send(new GetShardIteratorCommand(place));
    for (let page = 0; page < PAGES_TO_AN_END && iterator != null; page += 1) {
      const answer: GetRecordsOutput = await this.client.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      iterator = answer.NextShardIterator;
    }
    return iterator == null;
  }

  /** In the middle of its hash keys. */
  async split({ shardId, hashKeys }: ListedShard): Promise<void> {
    const middle = (hashKeys.first + hashKeys.last) / 2n + 1n;
    const place = { StreamName: this.name, ShardToSplit: shardId, NewStartingHashKey: String(middle) };
    await this.client.send(new SplitShardCommand(place));
    await this.#untilActive();
  }

  async merge(left: ListedShard, right: ListedShard): Promise<void> {
    const place = { StreamName: this.name, ShardToMerge: left.shardId, AdjacentShardToMerge: right.shardId };
    await this.client.send(new MergeShardsCommand(place));
    await this.#untilActive();
  }

  async #untilActive(): Promise<void> {
    await waitUntilStreamExists(
      { client: this.client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
      { StreamName: this.name },
    );
  }
}
