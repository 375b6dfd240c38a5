import { evenRanges, hashKeyOf, rangeIndexOf } from '../../../local/hash-key-range.ts';
import type { Answer, Request } from './loopback-server.ts';

interface WireRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  /** Base64. */
  readonly Data: string;
  readonly ApproximateArrivalTimestamp: number;
}

/** What the adapters send, of all that Kinesis knows. */
interface Body {
  readonly StreamName?: string;
  readonly ShardId?: string;
  readonly ShardIteratorType?: string;
  readonly StartingSequenceNumber?: string;
  readonly ShardIterator?: string;
  readonly Records?: readonly { readonly PartitionKey: string; readonly Data: string }[];
}

export interface LoopbackKinesisOptions {
  readonly streamName: string;
  readonly shards?: number;
}

const FIRST_SEQUENCE = 49_600_000_000_000_000_000_000n;
const PAGE_SIZE = 300;
const ARRIVAL_S = 1_767_225_600.125;

/**
 * Kinesis's wire for the few operations that the adapters use, over arrays. `fault` may answer in its place, before or
 * after the effect.
 */
export class LoopbackKinesis {
  readonly calls: { readonly operation: string; readonly body: Body }[] = [];
  fault: (operation: string, perform: () => Answer) => Answer | 'reset' = (_, perform) => perform();
  readonly #streamName: string;
  readonly #ranges: ReturnType<typeof evenRanges>;
  readonly #shards: readonly WireRecord[][];
  readonly #trimmed: number[];
  #sequence = FIRST_SEQUENCE;

  constructor({ streamName, shards = 3 }: LoopbackKinesisOptions) {
    this.#streamName = streamName;
    this.#ranges = evenRanges(shards);
    this.#shards = this.#ranges.map(() => []);
    this.#trimmed = this.#ranges.map(() => 0);
  }

  answer(request: Request): Answer | 'reset' {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body: Body = JSON.parse(request.body.toString('utf8'));
    this.calls.push({ operation, body });
    return this.fault(operation, () => this.#perform(operation, body));
  }

  /** The oldest records of a shard expire. */
  trim(shard: number, count: number): void {
    this.#trimmed[shard] = count;
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  #perform(operation: string, body: Body): Answer {
    if (body.StreamName !== undefined && body.StreamName !== this.#streamName) {
      return failure(400, 'ResourceNotFoundException', `Stream ${body.StreamName} not found.`);
    }
    switch (operation) {
      case 'PutRecords':
        return json({
          FailedRecordCount: 0,
          Records: (body.Records ?? []).map((record) => this.#put(record)),
        });
      case 'ListShards':
        return json({ Shards: this.#shards.map((_, shard) => ({ ShardId: shardIdOf(shard) })) });
      case 'GetShardIterator':
        return this.#iterator(body);
      case 'GetRecords':
        return this.#records(body);
      case 'DescribeStreamSummary':
        return json({ StreamDescriptionSummary: { StreamName: this.#streamName, StreamStatus: 'ACTIVE' } });
      default:
        return failure(400, 'UnknownOperationException', operation);
    }
  }

  #put({ PartitionKey, Data }: { PartitionKey: string; Data: string }) {
    const shard = rangeIndexOf(this.#ranges, hashKeyOf(PartitionKey));
    this.#sequence += 1n;
    const SequenceNumber = String(this.#sequence);
    this.#shards[shard]?.push({
      SequenceNumber,
      PartitionKey,
      Data,
      ApproximateArrivalTimestamp: ARRIVAL_S,
    });
    return { ShardId: shardIdOf(shard), SequenceNumber };
  }

  #iterator({ ShardId, ShardIteratorType, StartingSequenceNumber = '0' }: Body): Answer {
    const shard = this.#shards.findIndex((_, index) => shardIdOf(index) === ShardId);
    if (shard < 0) return failure(400, 'ResourceNotFoundException', `Shard ${ShardId} does not exist`);
    const asked = BigInt(StartingSequenceNumber);
    const first = ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' ? asked + 1n : asked;
    const from =
      ShardIteratorType === 'TRIM_HORIZON'
        ? 0
        : (this.#shards[shard] ?? []).filter((record) => BigInt(record.SequenceNumber) < first).length;
    return json({ ShardIterator: `${shard} ${from}` });
  }

  #records({ ShardIterator = '' }: Body): Answer {
    const [shard = 0, asked = 0] = ShardIterator.split(' ').map(Number);
    const from = Math.max(asked, this.#trimmed[shard] ?? 0);
    const all = this.#shards[shard] ?? [];
    const page = all.slice(from, from + PAGE_SIZE);
    const isCaughtUp = from + page.length >= all.length;
    return json({
      Records: page,
      NextShardIterator: `${shard} ${from + page.length}`,
      MillisBehindLatest: isCaughtUp ? 0 : 1_000,
    });
  }
}

export function shardIdOf(shard: number): string {
  return `shardId-${String(shard).padStart(12, '0')}`;
}

export function json(body: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  };
}

export function failure(status: number, code: string, message: string = code): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: code, message }),
  };
}
