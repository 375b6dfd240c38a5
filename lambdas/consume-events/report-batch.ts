import { REJECTION_REASONS } from '../domain/events/rejection.ts';
import type { LedgerRow } from '../domain/ledger.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Says that a batch landed; what it held is counted once, with its first row, however often it is retried. */
export function reportBatch(telemetry: Telemetry, row: LedgerRow, isNew: boolean): void {
  const { ledgerId, received, accepted, duplicate, quarantined, dedupBypassed } = row;
  telemetry.info('batch landed', {
    ledgerId,
    isNew,
    received,
    accepted,
    duplicate,
    quarantined,
    dedupBypassed,
  });
  if (!isNew) return;
  countBatch(telemetry, row);
  if (quarantined > 0) telemetry.warn('events quarantined', { ledgerId, ...row.quarantineReasons });
  if (dedupBypassed > 0) telemetry.warn('claims bypassed', { ledgerId, dedupBypassed });
}

function countBatch(telemetry: Telemetry, row: LedgerRow): void {
  telemetry.count('EventsReceived', row.received);
  telemetry.count('EventsAccepted', row.accepted);
  telemetry.count('EventsDuplicate', row.duplicate);
  telemetry.count('EventsQuarantined', row.quarantined);
  telemetry.count('DedupBypassed', row.dedupBypassed);
  for (const reason of REJECTION_REASONS) {
    const events = row.quarantineReasons[reason] ?? 0;
    if (events > 0) telemetry.count('EventsQuarantined', events, { reason });
  }
  for (const { sizeBytes } of row.objects) telemetry.measure('ObjectBytes', sizeBytes, 'Bytes');
}
