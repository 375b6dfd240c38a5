import type { StreamRecord } from '../../lambdas/ports/stream.ts';

/** Lambda's limit of a synchronous invocation's payload. */
export const MAX_PAYLOAD_BYTES = 6 * 1_048_576;
/** What the mapping puts around one record: names, ids, ARNs, a sequence number of 56 digits. */
const ENVELOPE_BYTES = 460;

/** What a record takes in the payload: its data in base64, its key, the envelope. */
export function payloadBytes(record: StreamRecord): number {
  return 4 * Math.ceil(record.data.length / 3) + Buffer.byteLength(record.partitionKey) + ENVELOPE_BYTES;
}

/** The records from the first on that fit into one payload; at least one. */
export function fittingPayload(records: readonly StreamRecord[]): readonly StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex((record, index) => {
    bytes += payloadBytes(record);
    return index > 0 && bytes > MAX_PAYLOAD_BYTES;
  });
  return end < 0 ? records : records.slice(0, end);
}
