import type { ObjectStore } from '../lambdas/ports/object-store.ts';
import { type DiscardedBatch, failureObject } from './event-source-mapping/failure-record.ts';
import type { MappingNames } from './event-source-mapping/invocation-event.ts';
import { EVENTS_CONSUMER } from './lake-stream.ts';

/** Keys of the failure destination begin with it; the rest is what Lambda would name the object. */
export const FAILURES_PREFIX = 'failures/';

/** Of the laptop's one mapping. No account and no region of AWS has these names. */
const NAMES: MappingNames = {
  mappingId: EVENTS_CONSUMER,
  functionArn: `arn:aws:lambda:local:000000000000:function:${EVENTS_CONSUMER}`,
  streamArn: 'arn:aws:kinesis:local:000000000000:stream/events',
  region: 'local',
  roleArn: `arn:aws:iam::000000000000:role/${EVENTS_CONSUMER}`,
};

/** Writes a batch that the mapping gave up where `redrive` finds it; one that lies there already is left as it is. */
export async function keepFailure(objects: ObjectStore, discarded: DiscardedBatch): Promise<void> {
  const { key, body } = failureObject(FAILURES_PREFIX, discarded, NAMES);
  await objects.putIfAbsent(key, body);
}
