import { hash } from 'node:crypto';
import { isoFromMs } from '../../lambdas/domain/time.ts';
import type { StreamBatch } from '../../lambdas/ports/stream.ts';
import type { DiscardCondition } from './batch-part.ts';
import { invocationEventText, type MappingNames } from './invocation-event.ts';

/** A batch that the mapping gives up. Its records are of one shard and at least one. */
export interface DiscardedBatch {
  readonly batch: StreamBatch;
  readonly condition: DiscardCondition;
  /** How often the function was invoked with them; 0 for records that grew too old while they waited. */
  readonly invocations: number;
  readonly discardedAtMs: number;
}

/** The object that stands for it at the failure destination. */
export interface FailureObject {
  readonly key: string;
  readonly body: Uint8Array;
}

/** Parts of a key, so nothing that leaves its folder. */
const NAME = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * What Lambda writes to a destination in S3 for a discarded batch, payload and all, under `prefix` and the key that
 * Lambda gives it: `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>`. Times in the key are the
 * first record's arrival and the UUID comes from the coordinates, where Lambda takes a clock and chance: a batch that is
 * discarded again after a crash meets its own object. Throws when a name cannot be part of a key.
 */
export function failureObject(prefix: string, discarded: DiscardedBatch, names: MappingNames): FailureObject {
  const { batch, condition, invocations, discardedAtMs } = discarded;
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('An empty batch cannot be discarded');
  const id = identityOf(batch, names);
  const record = {
    requestContext: {
      requestId: id,
      functionArn: names.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: responseContext(invocations),
    version: '1.0',
    timestamp: isoFromMs(discardedAtMs),
    KinesisBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: isoFromMs(first.arrivalTimeMs),
      approximateArrivalOfLastRecord: isoFromMs(last.arrivalTimeMs),
      batchSize: batch.records.length,
      streamArn: names.streamArn,
    },
    payload: invocationEventText(batch, names),
  };
  const key = `${prefix}aws/lambda/${keyName(names.mappingId)}/${keyName(batch.shardId)}`;
  return {
    key: `${key}/${placeInTime(first.arrivalTimeMs)}-${id}`,
    body: new TextEncoder().encode(JSON.stringify(record)),
  };
}

/** Nothing answered when it was never invoked. */
function responseContext(invocations: number) {
  return invocations === 0
    ? null
    : { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' };
}

/** A UUID from the coordinates of the first and last record: version 8, which leaves its making to us. */
function identityOf({ shardId, records }: StreamBatch, { mappingId, streamArn }: MappingNames): string {
  const ends = [records[0]?.sequenceNumber, records.at(-1)?.sequenceNumber, records.length];
  const digits = hash('sha256', JSON.stringify([streamArn, mappingId, shardId, ...ends]), 'hex');
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
  ];
  return [...parts, digits.slice(20, 32)].join('-');
}

/** `YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS`, UTC. */
function placeInTime(timeMs: number): string {
  const iso = isoFromMs(timeMs);
  return `${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(0, 19).replaceAll(':', '.')}`;
}

function keyName(name: string): string {
  if (NAME.test(name)) return name;
  throw new RangeError(`"${name}" cannot be part of a failure's key; allowed: ${NAME.source}`);
}
