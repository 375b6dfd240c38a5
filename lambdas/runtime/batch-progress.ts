import type { Clock } from '../ports/clock.ts';
import type { StreamBatch } from '../ports/stream.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * What one invocation got done: `IteratorAge`, how long ago the stream took the last record that landed, and
 * `InvocationsCut`, whether time ran out before `firstUndone`, a sequence number of the batch. Unlike the stream's own
 * iterator age it counts the work on the batch too.
 */
export function measureProgress(
  batch: StreamBatch,
  firstUndone: string | null,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): void {
  telemetry.count('InvocationsCut', firstUndone === null ? 0 : 1);
  const undoneFrom = batch.records.findIndex(({ sequenceNumber }) => sequenceNumber === firstUndone);
  const last = undoneFrom < 0 ? batch.records.at(-1) : batch.records[undoneFrom - 1];
  if (last === undefined) return;
  // The stream's clock may be ahead of ours.
  const ageMs = Math.max(0, clock.nowMs() - last.arrivalTimeMs);
  telemetry.measure('IteratorAge', ageMs, 'Milliseconds');
}
