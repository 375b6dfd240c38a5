import type { StreamRecord } from '../../lambdas/ports/stream.ts';

/** Lambda's limit of a synchronous invocation's payload. */
export const MAX_PAYLOAD_BYTES = 6 * 1_048_576;
/**
 * What stands around one record in the event (invocation-event.ts): member names, a sequence number of 56 digits twice,
 * the names of stream, role and region. Room for a role's longest name and a stream's of 64 characters.
 */
const ENVELOPE_BYTES = 660;

/** What a record takes in the payload at most: its data in base64, its key as JSON, the envelope (rule 3). */
export function payloadBytes({ data, partitionKey }: StreamRecord): number {
  return 4 * Math.ceil(data.length / 3) + jsonBytes(partitionKey) + ENVELOPE_BYTES;
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

/** Without its quotes. A key may hold anything, so one of control characters grows sixfold. */
function jsonBytes(partitionKey: string): number {
  if (/^[\w.:-]*$/.test(partitionKey)) return partitionKey.length;
  return Buffer.byteLength(JSON.stringify(partitionKey)) - 2;
}
