import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import { type MappingSettings, UNLIMITED } from './mapping-settings.ts';

/** Why a batch is given up; the words of Lambda's failure record. */
export const DISCARD_CONDITIONS = ['RetryAttemptsExhausted', 'MaximumRecordAgeExceeded'] as const;
export type DiscardCondition = (typeof DISCARD_CONDITIONS)[number];

/** Records that go into one invocation, or leave for the failure destination, together. Never empty. */
export interface BatchPart {
  readonly records: readonly StreamRecord[];
  /** Failures that count against maximumRetryAttempts. */
  readonly failedAttempts: number;
  /** How often the function was invoked with them, alone or among others. */
  readonly invocations: number;
  /** Failures without progress, whether they count or not: the pause grows with them. */
  readonly failuresInARow: number;
  /** Not before this time, epoch milliseconds. */
  readonly dueMs: number;
  /** Set once it is given up. */
  readonly condition: DiscardCondition | null;
}

/** Milliseconds to wait after so many failures in a row, counted from 1. */
export type Pause = (failuresInARow: number) => number;

/** What a failure is judged by. */
export interface RetryRules {
  readonly settings: MappingSettings;
  readonly pause: Pause;
  readonly nowMs: number;
}

export function newPart(records: readonly StreamRecord[], nowMs: number): BatchPart {
  return { records, failedAttempts: 0, invocations: 0, failuresInARow: 0, dueMs: nowMs, condition: null };
}

/**
 * What is left of a part when the function failed after `succeeded` of its records, in order (rules 6 to 8).
 * With bisect, a partial success is cut where the answer says and a failure without success is halved; neither uses
 * up an attempt. Else, and when one record stands alone, it counts: the rest comes again after a pause (at once when
 * there was progress), or is given up when no attempt is left.
 */
export function partsAfterFailure(
  part: BatchPart,
  succeeded: number,
  rules: RetryRules,
): readonly BatchPart[] {
  const { settings, pause, nowMs } = rules;
  const rest = { ...part, records: part.records.slice(succeeded), failuresInARow: 0, dueMs: nowMs };
  const hasProgress = succeeded > 0;
  if (settings.bisectBatchOnFunctionError && hasProgress) return [rest];
  if (settings.bisectBatchOnFunctionError && rest.records.length > 1) return halves(rest);
  const failedAttempts = part.failedAttempts + 1;
  if (settings.maximumRetryAttempts !== UNLIMITED && failedAttempts > settings.maximumRetryAttempts) {
    return [{ ...rest, failedAttempts, condition: 'RetryAttemptsExhausted' }];
  }
  if (hasProgress) return [{ ...rest, failedAttempts }];
  const failuresInARow = part.failuresInARow + 1;
  return [{ ...rest, failedAttempts, failuresInARow, dueMs: nowMs + pause(failuresInARow) }];
}

/** The same part again after a pause, without a count: the function had no part in it (rule 9). */
export function partAfterPause(part: BatchPart, rules: Pick<RetryRules, 'pause' | 'nowMs'>): BatchPart {
  const failuresInARow = part.failuresInARow + 1;
  return { ...part, failuresInARow, dueMs: rules.nowMs + rules.pause(failuresInARow) };
}

/**
 * The part parted where records too old begin or end, in order; the old ones are given up (rule 10). A record as old
 * as the maximum is not too old.
 */
export function partsByAge(part: BatchPart, maximumRecordAgeMs: number, nowMs: number): readonly BatchPart[] {
  const { records } = part;
  if (maximumRecordAgeMs === UNLIMITED || part.condition !== null) return [part];
  const isOld = (record: StreamRecord | undefined) =>
    record !== undefined && nowMs - record.arrivalTimeMs > maximumRecordAgeMs;
  const parts: BatchPart[] = [];
  let start = 0;
  for (let end = 1; end <= records.length; end += 1) {
    const isTooOld = isOld(records[start]);
    if (end < records.length && isOld(records[end]) === isTooOld) continue;
    const condition = isTooOld ? 'MaximumRecordAgeExceeded' : null;
    parts.push({ ...part, records: records.slice(start, end), condition });
    start = end;
  }
  return parts;
}

function halves(part: BatchPart): readonly BatchPart[] {
  const middle = Math.ceil(part.records.length / 2);
  return [
    { ...part, records: part.records.slice(0, middle) },
    { ...part, records: part.records.slice(middle) },
  ];
}
