import type { OutgoingRecord, PutResult } from './stream.ts';

/** Limits of Kinesis PutRecords; the laptop's stream keeps them, so that what works here works there. */
export const MAX_RECORDS_PER_CALL = 500;
export const MAX_BYTES_PER_CALL = 10 * 1_048_576;
/** Of data and partition key together. */
export const MAX_BYTES_PER_RECORD = 1_048_576;
const MAX_KEY_CODE_POINTS = 256;

export type Refusal = Extract<PutResult, { kind: 'refused' }>;

/** The call as a whole breaks a limit; nothing of it was accepted. A mistake of the caller. */
export class StreamLimitError extends Error {
  override readonly name = 'StreamLimitError';
}

/** What a record counts against the limits, bytes. */
export function sizeOf(record: OutgoingRecord): number {
  return record.data.length + Buffer.byteLength(record.partitionKey);
}

/** Throws StreamLimitError when the records are too many or too large for one call. */
export function requireCallSize(records: readonly OutgoingRecord[]): void {
  if (records.length > MAX_RECORDS_PER_CALL) {
    throw new StreamLimitError(
      `A call holds ${records.length} records; at most ${MAX_RECORDS_PER_CALL} are allowed`,
    );
  }
  const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
  if (bytes > MAX_BYTES_PER_CALL) {
    throw new StreamLimitError(`A call holds ${bytes} bytes; at most ${MAX_BYTES_PER_CALL} are allowed`);
  }
}

/** Why a record alone is refused, or null. Sending it again gives the same answer. */
export function refusalOf(record: OutgoingRecord): Refusal | null {
  const bytes = sizeOf(record);
  if (bytes > MAX_BYTES_PER_RECORD) {
    return refused(`The record and its key have ${bytes} bytes; at most ${MAX_BYTES_PER_RECORD} are allowed`);
  }
  if (!hasKeyLength(record.partitionKey)) {
    return refused(`A partition key has 1 to ${MAX_KEY_CODE_POINTS} characters`);
  }
  const { arrivalTimeMs } = record;
  if (arrivalTimeMs !== undefined && !Number.isSafeInteger(arrivalTimeMs)) {
    return refused(`The arrival time ${arrivalTimeMs} is no whole number of milliseconds`);
  }
  return null;
}

function refused(message: string): Refusal {
  return { kind: 'refused', errorCode: 'InvalidArgumentException', message };
}

function hasKeyLength(key: string): boolean {
  if (key.length <= MAX_KEY_CODE_POINTS) return key.length > 0;
  return [...key.slice(0, 2 * MAX_KEY_CODE_POINTS + 1)].length <= MAX_KEY_CODE_POINTS;
}
