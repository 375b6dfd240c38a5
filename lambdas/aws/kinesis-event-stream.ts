import { type KinesisClient, KinesisServiceException, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { EventStream, OutgoingRecord, PutResult } from '../ports/stream.ts';
import { type Refusal, refusalOf, requireCallSize } from '../ports/stream-limits.ts';

/**
 * A Kinesis data stream. What breaks a limit by itself is refused here, since Kinesis would refuse the whole call for it.
 * A call that was throttled as a whole, or whose answer never came, refuses all its records for a passing reason: some
 * may have landed, so a record can then stand in the stream twice. Arrival times are Kinesis's own.
 */
export class KinesisEventStream implements EventStream {
  readonly #client: KinesisClient;
  readonly #streamName: string;

  constructor(options: { client: KinesisClient; streamName: string }) {
    this.#client = options.client;
    this.#streamName = options.streamName;
  }

  /** Throws StreamLimitError, and what Kinesis says of the call as a whole when it does not pass by itself. */
  async put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    requireCallSize(records);
    const refusals = records.map(refusalOf);
    const sendable = records.filter((_, place) => refusals[place] === null);
    const answers = (await this.#putAll(sendable)).values();
    return refusals.map((refusal) => refusal ?? answers.next().value ?? unavailable('no answer came'));
  }

  async #putAll(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    if (records.length === 0) return [];
    try {
      const answer = await this.#client.send(
        new PutRecordsCommand({
          StreamName: this.#streamName,
          Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
        }),
      );
      return (answer.Records ?? []).map(({ ErrorCode, ErrorMessage, ShardId, SequenceNumber }) => {
        if (ErrorCode !== undefined) return refused(ErrorCode, ErrorMessage ?? ErrorCode);
        if (ShardId === undefined || SequenceNumber === undefined) return unavailable('no place was given');
        return { kind: 'accepted', shardId: ShardId, sequenceNumber: SequenceNumber };
      });
    } catch (error) {
      if (!(error instanceof Error) || !isPassing(error)) throw error;
      return records.map(() => unavailable(`${error.name}: ${error.message}`));
    }
  }
}

const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'ThrottlingException',
  'KMSThrottlingException',
]);
/** The line broke, or took too long. A server that was never there (ECONNREFUSED, ENOTFOUND) is somebody's mistake. */
const BROKEN_LINES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

function isPassing(error: Error): boolean {
  const status = statusOf(error);
  if (status >= 500 || status === 429 || THROTTLES.has(error.name)) return true;
  return error.name === 'TimeoutError' || ('code' in error && BROKEN_LINES.has(error.code));
}

/** Of an answer that the SDK could not read too, such as a proxy's page: it hides that answer in the error. */
function statusOf(error: Error): number {
  if (error instanceof KinesisServiceException) return error.$metadata.httpStatusCode ?? 0;
  const response: unknown = Reflect.get(error, '$response');
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) return 0;
  return Number(response.statusCode);
}

function unavailable(message: string): Refusal {
  return refused('ServiceUnavailable', message);
}

function refused(errorCode: string, message: string): Refusal {
  return { kind: 'refused', errorCode, message };
}
