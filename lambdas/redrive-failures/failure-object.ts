import * as z from 'zod';

/** A batch that an event source mapping gave up, as its failure destination tells of it. */
export interface Failure {
  readonly shardId: string;
  readonly firstSequence: string;
  readonly lastSequence: string;
  /** Epoch milliseconds. */
  readonly lastArrivalMs: number;
  readonly records: number;
  /** The invocation's event; null when the destination was one that is told positions alone. */
  readonly payload: unknown;
}

/** The object is not what an event source mapping of a stream writes. It stays where it is, for a human to look. */
export class UnreadableFailureError extends Error {
  override readonly name = 'UnreadableFailureError';
}

/** Lambda's payload of 6 MB is written as a JSON text inside a JSON text: at most twice as long, and what is around it. */
export const MAX_FAILURE_BYTES = 16 * 1_048_576;

/** Both become parts of object names, which hold 255 bytes; Kinesis' own sequence numbers have 56 digits. */
export const SEQUENCE = z.string().regex(/^(0|[1-9]\d{0,63})$/);
const SHARD_ID = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const FAILURE = z.object({
  KinesisBatchInfo: z.object({
    shardId: SHARD_ID,
    startSequenceNumber: SEQUENCE,
    endSequenceNumber: SEQUENCE,
    approximateArrivalOfLastRecord: z.iso.datetime({ offset: true }),
    batchSize: z.int().min(1).max(10_000),
  }),
  payload: z.unknown().optional(),
});

/** Reads a failure object. Throws UnreadableFailureError, whose message holds nothing of what the object holds. */
export function parseFailure(bytes: Uint8Array): Failure {
  if (bytes.length > MAX_FAILURE_BYTES) {
    throw new UnreadableFailureError(
      `is ${bytes.length} bytes long, at most ${MAX_FAILURE_BYTES} are allowed`,
    );
  }
  const { KinesisBatchInfo: info, payload } = readAs(FAILURE, parseJson(bytes));
  return {
    shardId: info.shardId,
    firstSequence: info.startSequenceNumber,
    lastSequence: info.endSequenceNumber,
    lastArrivalMs: Date.parse(info.approximateArrivalOfLastRecord),
    records: info.batchSize,
    payload: typeof payload === 'string' ? parseJson(payload) : (payload ?? null),
  };
}

/** The value as the schema gives it. Throws UnreadableFailureError, which names fields and no values. */
export function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  throw new UnreadableFailureError(`is no failure of a stream: ${field} does not fit`);
}

function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text),
    );
  } catch {
    throw new UnreadableFailureError('is no JSON text, or holds a payload that is none');
  }
}
