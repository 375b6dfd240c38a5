import type { ProduceCounts } from '../../lambdas/produce-events/produce-events.ts';
import { counted } from './progress.ts';

/** `12 records`, or `340 events in 12 records` where events were packed. */
export function packedRecords({ accepted, acceptedRecords }: ProduceCounts): string {
  const records = counted(acceptedRecords, 'record');
  return acceptedRecords === accepted ? records : `${counted(accepted, 'event')} in ${records}`;
}
