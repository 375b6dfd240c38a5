import {
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { compareSequences } from '../domain/ledger.ts';
import type { SequenceRange, StreamReader, StreamRecord } from '../ports/stream.ts';
import { type Backoff, pause, pauseWithJitter, systemBackoff } from './backoff.ts';

/** A shard answers five reads a second, of all its readers together; the event source mapping needs its share. */
const BETWEEN_PAGES_MS = 250;
const ATTEMPTS = 8;
const PAUSE = { baseMs: 250, capMs: 4_000 };

/** Where a shard is read from next. */
interface Place {
  readonly range: SequenceRange;
  /** The last record that was read; null: none yet. */
  readonly afterSequence: string | null;
}

/** Reads again from a Kinesis stream, slowly enough to leave room for its consumer. */
export class KinesisStreamReader implements StreamReader {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #backoff: Backoff;

  constructor(options: { client: KinesisClient; streamName: string; backoff?: Backoff }) {
    this.#client = options.client;
    this.#streamName = options.streamName;
    this.#backoff = options.backoff ?? systemBackoff;
  }

  async *readRange(range: SequenceRange): AsyncGenerator<readonly StreamRecord[]> {
    let place: Place = { range, afterSequence: null };
    let iterator = await this.#iteratorAt(place);
    while (iterator !== null) {
      const page = await this.#page(iterator, place);
      const records = (page.Records ?? []).map((record) => streamRecord(record, range.shardId));
      const wanted = records.filter((record) => isWithin(record.sequenceNumber, place));
      if (wanted.length > 0) yield wanted;
      const last = records.at(-1)?.sequenceNumber;
      if (last === undefined ? (page.MillisBehindLatest ?? 0) === 0 : !isBefore(last, range.lastSequence))
        return;
      place = { range, afterSequence: last ?? place.afterSequence };
      iterator = page.NextShardIterator ?? null;
      if (iterator !== null) await pause(this.#backoff.timers, BETWEEN_PAGES_MS);
    }
  }

  /** Null when nothing of the shard is left to read. Throws when the stream itself is missing. */
  async #iteratorAt({ range, afterSequence }: Place): Promise<string | null> {
    const from =
      afterSequence === null
        ? ({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: range.firstSequence } as const)
        : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: afterSequence } as const);
    const shard = { StreamName: this.#streamName, ShardId: range.shardId };
    try {
      return await this.#iterator({ ...shard, ...from });
    } catch (error) {
      // A place that was trimmed away may be refused; what is left begins later.
      if (error instanceof InvalidArgumentException) {
        return this.#iterator({ ...shard, ShardIteratorType: 'TRIM_HORIZON' });
      }
      if (!(error instanceof ResourceNotFoundException)) throw error;
      await this.#client.send(new DescribeStreamSummaryCommand({ StreamName: this.#streamName }));
      return null;
    }
  }

  async #iterator(input: ConstructorParameters<typeof GetShardIteratorCommand>[0]): Promise<string | null> {
    const answer = await this.#client.send(new GetShardIteratorCommand(input));
    return answer.ShardIterator ?? null;
  }

  /** One page; an iterator that has expired, after five minutes, is made anew. */
  async #page(iterator: string, place: Place): Promise<Partial<GetRecordsOutput>> {
    let current: string | null = iterator;
    for (let attempt = 0; current !== null; attempt += 1) {
      try {
        return await this.#client.send(new GetRecordsCommand({ ShardIterator: current }));
      } catch (error) {
        if (attempt + 1 >= ATTEMPTS) throw error;
        if (error instanceof ExpiredIteratorException) current = await this.#iteratorAt(place);
        else if (!(error instanceof ProvisionedThroughputExceededException)) throw error;
        await pauseWithJitter(this.#backoff, attempt, PAUSE);
      }
    }
    return {};
  }
}

type KinesisRecord = NonNullable<GetRecordsOutput['Records']>[number];

function streamRecord(record: KinesisRecord, shardId: string): StreamRecord {
  const { SequenceNumber, ApproximateArrivalTimestamp, PartitionKey, Data } = record;
  if (SequenceNumber === undefined || ApproximateArrivalTimestamp === undefined) {
    throw new Error(`Kinesis gave a record of ${shardId} without its sequence number or arrival`);
  }
  return {
    shardId,
    sequenceNumber: SequenceNumber,
    partitionKey: PartitionKey ?? '',
    arrivalTimeMs: ApproximateArrivalTimestamp.getTime(),
    data: Data ?? new Uint8Array(),
  };
}

function isBefore(left: string, right: string): boolean {
  return compareSequences(left, right) < 0;
}

/** Within the range, and not read before: an iterator that begins earlier than asked gives records twice. */
function isWithin(sequence: string, { range, afterSequence }: Place): boolean {
  if (isBefore(sequence, range.firstSequence) || isBefore(range.lastSequence, sequence)) return false;
  return afterSequence === null || isBefore(afterSequence, sequence);
}
