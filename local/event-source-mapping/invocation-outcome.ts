import type { StreamBatch, StreamRecord } from '../../lambdas/ports/stream.ts';
import type { MappingSettings } from './mapping-settings.ts';

/** What a function answers to a batch of a stream. Members may lack: a function can answer anything. */
export interface BatchResponse {
  /** Sequence numbers of records that failed. The lowest is the checkpoint: it and all after it come again. */
  readonly batchItemFailures?: readonly { readonly itemIdentifier?: string | null }[] | null;
}

/** The function. Nothing, null or no failures: the whole batch succeeded. Throwing: the whole batch failed. */
export type ConsumeBatch = (batch: StreamBatch) => Promise<BatchResponse | null | undefined>;

/** How an invocation ended, as far as the mapping can see. */
export type InvocationOutcome =
  | { readonly kind: 'returned'; readonly response: BatchResponse | null | undefined }
  /** It threw, or ran out of its time; in the second case it may still be at work while the retry runs. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Throttled, or the call itself did not come through: the function may not have seen the batch (rule 9). */
  | { readonly kind: 'not_invoked'; readonly error: unknown };

/** How many records of the batch, from its first on, are done, and what stopped it; `error` null: all are. */
export interface Verdict {
  readonly succeeded: number;
  readonly error: unknown;
}

/** What the outcome says about a batch (rule 8). */
export function verdictOf(
  records: readonly StreamRecord[],
  outcome: InvocationOutcome,
  settings: Pick<MappingSettings, 'reportBatchItemFailures'>,
): Verdict {
  if (outcome.kind !== 'returned') return { succeeded: 0, error: outcome.error };
  const failures = settings.reportBatchItemFailures ? (outcome.response?.batchItemFailures ?? []) : [];
  if (failures.length === 0) return { succeeded: records.length, error: null };
  const indexes = new Map(records.map((record, index) => [record.sequenceNumber, index]));
  let succeeded = records.length;
  for (const { itemIdentifier } of failures) {
    const index = indexes.get(itemIdentifier ?? '');
    if (index === undefined) return { succeeded: 0, error: unknownIdentifier(itemIdentifier) };
    succeeded = Math.min(succeeded, index);
  }
  return { succeeded, error: new Error('the consumer reported it as failed') };
}

/** Nobody can tell what was done, so the whole batch counts as failed. */
function unknownIdentifier(identifier: string | null | undefined): Error {
  return new Error(`the consumer reported ${JSON.stringify(identifier)}, which is not in the batch`);
}
